package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class JdbcMigrationsTest {
    @TempDir
    Path directory;

    @Test
    void whatIsPendingIsListedWithoutMakingAFile() {
        Path path = directory.resolve("flags.db");
        String url = "jdbc:sqlite:" + path;

        assertThat(JdbcMigrations.pending(url)).containsExactly("V1__flags.sql");
        assertThat(path).doesNotExist();
        assertThat(JdbcMigrations.migrate(url)).containsExactly("V1__flags.sql");
        assertThat(JdbcMigrations.pending(url)).isEmpty();
        assertThat(JdbcMigrations.migrate(url)).isEmpty();
    }

    @Test
    void theNewestScriptIsOfTheGenerationThatTheCodeSupports() throws SQLException {
        Path path = directory.resolve("flags.db");
        JdbcMigrations.migrate("jdbc:sqlite:" + path);

        try (Connection connection = new SqliteFile(path, Duration.ofSeconds(1)).open()) {
            assertThat(SchemaVersion.read(connection, Dialect.SQLITE)).hasValue(SchemaVersion.SUPPORTED);
        }
    }

    @Test
    void anApplicationsOwnTablesAndItsOwnFlywayHistoryAreNotTouched() throws SQLException {
        SQLiteDataSource application = new SQLiteDataSource();
        application.setUrl("jdbc:sqlite:" + directory.resolve("app.db"));
        try (Connection connection = application.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE flyway_schema_history (version TEXT)");
            statement.execute("INSERT INTO flyway_schema_history VALUES ('41')");
        }
        assertThat(JdbcMigrations.pending(application)).isEqualTo(List.of("V1__flags.sql"));

        JdbcMigrations.migrate(application);

        try (JdbcStorage storage = new JdbcStorage(
                new ServerConnections(new BorrowedConnections(application), Duration.ofSeconds(2)),
                "production",
                Duration.ofSeconds(1))) {
            storage.attempt(Appends.touching("a"));
            assertThat(storage.flag("a")).isNotNull();
            assertThat(storage.location()).isEqualTo("jdbc:sqlite:" + directory.resolve("app.db"));
        }
        try (Connection connection = application.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT COUNT(*) FROM flyway_schema_history")) {
            assertThat(row.getInt(1)).isEqualTo(1);
        }
    }
}
