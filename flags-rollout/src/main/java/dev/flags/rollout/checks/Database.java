package dev.flags.rollout.checks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A database that can be asked. Immutable.
 *
 * @param name as plans have it; empty: the store's own
 * @param connections opens them
 * @param flywayTable where Flyway notes what it applied, optionally with a schema
 * @param liquibaseTable where Liquibase does
 * @param timeout for a connection and for an answer, unless a query has its own
 */
record Database(String name, Connections connections, String flywayTable, String liquibaseTable, Duration timeout) {
    static final String FLYWAY_TABLE = "flyway_schema_history";
    static final String LIQUIBASE_TABLE = "DATABASECHANGELOG";
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    static Database of(String name, DataSource source) {
        return new Database(name, timeout -> source.getConnection(), FLYWAY_TABLE, LIQUIBASE_TABLE, TIMEOUT);
    }

    /** For messages. */
    String title() {
        return name.isEmpty() ? "the store's own database" : "database " + name;
    }

    /** Opens a connection, for its caller to close. */
    interface Connections {
        Connection open(Duration timeout) throws SQLException;

        /** Where it leads, for messages, without secrets; empty: the connection itself will tell. */
        default String place() {
            return "";
        }
    }
}
