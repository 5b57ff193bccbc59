package dev.flags.rollout.checks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** What differs between databases when they are only read. Transactions are begun by statements: JDBC's read-only is advice to a driver. */
enum Dialect {
    POSTGRESQL("BEGIN READ ONLY", "ROLLBACK"),
    MYSQL("START TRANSACTION READ ONLY", "ROLLBACK"),
    SQLITE("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
    /** Any other: it can be asked by queries. */
    OTHER("", "");

    private final String begin;
    private final String end;

    Dialect(String begin, String end) {
        this.begin = begin;
        this.end = end;
    }

    static Dialect of(Connection connection) throws SQLException {
        return switch (connection.getMetaData().getDatabaseProductName()) {
            case "PostgreSQL" -> POSTGRESQL;
            case "MySQL", "MariaDB" -> MYSQL;
            case "SQLite" -> SQLITE;
            default -> OTHER;
        };
    }

    void begin(Connection connection) throws SQLException {
        if (this == OTHER) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
        } else {
            connection.setAutoCommit(true);
            execute(connection, begin);
        }
    }

    void end(Connection connection) throws SQLException {
        if (this == OTHER) {
            connection.rollback();
            connection.setReadOnly(false);
        } else {
            execute(connection, end);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
