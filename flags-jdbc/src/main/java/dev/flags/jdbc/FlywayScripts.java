package dev.flags.jdbc;

import dev.flags.FlagsException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateOutput;
import org.sqlite.SQLiteDataSource;

/** The only class that knows Flyway: loading it costs about a quarter of a second. Not thread-safe. */
final class FlywayScripts {
    private final Flyway flyway;
    private final Dialect dialect;
    private final Function<SQLException, FlagsException> failure;

    private FlywayScripts(DataSource dataSource, Dialect dialect, Function<SQLException, FlagsException> failure) {
        this.dialect = dialect;
        this.failure = failure;
        this.flyway = Flyway.configure(FlywayScripts.class.getClassLoader())
                .dataSource(dataSource)
                .locations("classpath:" + dialect.migrations())
                .table(SchemaVersion.HISTORY)
                // The application's own tables may be there already; version 0 is "before our first script".
                .baselineOnMigrate(true)
                .baselineVersion("0")
                // A newer release's additive scripts must not stop this one.
                .ignoreMigrationPatterns("*:future")
                .placeholderReplacement(false)
                .cleanDisabled(true)
                .loggers("slf4j")
                .load();
    }

    static FlywayScripts on(SqliteFile file) {
        return new FlywayScripts(new OpeningDataSource(file::open), Dialect.SQLITE, file::failure);
    }

    static FlywayScripts on(ServerAddress address) {
        return on(new OpeningDataSource(address::open), address.location());
    }

    static FlywayScripts on(DataSource dataSource) {
        return on(dataSource, "the application's DataSource");
    }

    private static FlywayScripts on(DataSource dataSource, String location) {
        CheckedDatabase database = new CheckedDatabase(location);
        Dialect dialect;
        try (Connection connection = dataSource.getConnection()) {
            dialect = Dialect.of(connection);
            if (SchemaVersion.read(connection, dialect).isPresent() && !hasHistory(connection, dialect)) {
                throw new FlagsException("The flags tables in " + location
                        + " were made by another tool: there is no " + SchemaVersion.HISTORY
                        + ". Run new scripts with that tool too; docs/databases.md says where they are");
            }
        } catch (SQLException e) {
            throw database.noConnection(e);
        }
        return new FlywayScripts(dataSource, dialect, e -> database.failure(e, dialect));
    }

    private static boolean hasHistory(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet nothing =
                        statement.executeQuery("SELECT version FROM " + SchemaVersion.HISTORY + " WHERE 1 = 0")) {
            return !nothing.next();
        } catch (SQLException e) {
            if (dialect.failures().kind(e) == Failures.Kind.NO_SCHEMA) {
                return false;
            }
            throw e;
        }
    }

    /** A database with nothing in it, in memory. */
    static FlywayScripts onNothing() {
        SQLiteDataSource nothing = new SQLiteDataSource();
        nothing.setUrl("jdbc:sqlite::memory:");
        return new FlywayScripts(
                nothing, Dialect.SQLITE, e -> Dialect.SQLITE.failures().failure("memory", "", e));
    }

    List<String> migrate() {
        try {
            repairIfCutShort();
            return flyway.migrate().migrations.stream()
                    .map(FlywayScripts::fileName)
                    .toList();
        } catch (FlywayException e) {
            throw failed(e);
        }
    }

    /** Where making a table commits by itself, a run that was cut short leaves a mark, and scripts that can be run again. */
    private void repairIfCutShort() {
        if (dialect == Dialect.MYSQL
                && Arrays.stream(flyway.info().all())
                        .anyMatch(script -> script.getState().isFailed())) {
            flyway.repair();
        }
    }

    List<String> pending() {
        try {
            return Arrays.stream(flyway.info().pending())
                    .map(MigrationInfo::getScript)
                    .map(script -> script.substring(script.lastIndexOf('/') + 1))
                    .toList();
        } catch (FlywayException e) {
            throw failed(e);
        }
    }

    private static String fileName(MigrateOutput migration) {
        return migration.filepath.substring(
                Math.max(migration.filepath.lastIndexOf('/'), migration.filepath.lastIndexOf('\\')) + 1);
    }

    private FlagsException failed(FlywayException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FlagsException ours) {
                return ours;
            }
            if (cause instanceof SQLException sql) {
                return failure.apply(sql);
            }
        }
        return new FlagsException("The migration failed: " + e.getMessage(), e);
    }
}
