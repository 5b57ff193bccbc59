package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fences, whatever happens to the lease's row. */
class JdbcControllerRecordsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @ParameterizedTest
    @EnumSource(Databases.class)
    void fencesOfAServerOnlyRise(Databases kind) throws SQLException {
        TestDatabase database = kind.migrated();
        try (JdbcStorage storage = database.storage("production")) {
            check(storage, database);
        }
    }

    @Test
    void fencesOfAFileOnlyRise(@TempDir Path directory) throws SQLException {
        Path path = directory.resolve("flags.db");
        TestDatabase database = new TestDatabase("jdbc:sqlite:" + path, "", "");
        JdbcMigrations.migrate(database.url());
        try (JdbcStorage storage = (JdbcStorage) new SqliteFlagStoreTest.Opener().open(path.toString(), "production")) {
            check(storage, database);
        }
    }

    private static void check(JdbcStorage storage, TestDatabase database) throws SQLException {
        ControllerRecords records = storage.controllerRecords().orElseThrow();
        Lease before = records.acquire("ada", LONG).orElseThrow();
        assertThat(records.write(before, Map.of("a", Optional.of("{}")))).isTrue();

        // wiped, while a holder lives
        execute(database, "DELETE FROM flags_lease");
        assertThat(records.holder()).isEmpty();
        assertThat(records.write(before, Map.of("a", Optional.of("late")))).isFalse();
        Lease after = records.acquire("grace", LONG).orElseThrow();
        assertThat(after.fence()).isGreaterThan(before.fence());
        assertThat(records.write(before, Map.of("a", Optional.of("late")))).isFalse();
        assertThat(records.acquire("ada", LONG)).isEmpty();
        assertThat(records.read("a")).contains("{}");

        // the database's clock was set back
        long ahead = Instant.now().plus(Duration.ofDays(1)).toEpochMilli();
        execute(database, "UPDATE flags_lease SET until_at = 1, fence = " + ahead);
        assertThat(records.acquire("ada", LONG).orElseThrow().fence()).isEqualTo(ahead + 1);
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
