package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.StoreUnavailableException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateOutput;
import org.sqlite.SQLiteDataSource;

/** The only class that knows Flyway: loading it costs about a quarter of a second. Not thread-safe. */
final class FlywayScripts {
    private final Flyway flyway;
    private final Function<SQLException, FlagsException> failure;

    private FlywayScripts(DataSource dataSource, Dialect dialect, Function<SQLException, FlagsException> failure) {
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
        return new FlywayScripts(new FileDataSource(file), Dialect.SQLITE, file::failure);
    }

    static FlywayScripts on(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            return new FlywayScripts(dataSource, dialect, e -> dialect.failure("the application's DataSource", e));
        } catch (SQLException e) {
            throw new StoreUnavailableException("The database does not answer: " + e.getMessage(), e);
        }
    }

    /** A database with nothing in it, in memory. */
    static FlywayScripts onNothing(Dialect dialect) {
        SQLiteDataSource nothing = new SQLiteDataSource();
        nothing.setUrl("jdbc:sqlite::memory:");
        return new FlywayScripts(nothing, dialect, e -> dialect.failure("memory", e));
    }

    List<String> migrate() {
        try {
            return flyway.migrate().migrations.stream()
                    .map(FlywayScripts::fileName)
                    .toList();
        } catch (FlywayException e) {
            throw failed(e);
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

    /** Opens the one file, in the way that it is opened elsewhere. */
    private record FileDataSource(SqliteFile file) implements DataSource {
        @Override
        public Connection getConnection() {
            return file.open();
        }

        @Override
        public Connection getConnection(String username, String password) {
            return file.open();
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
