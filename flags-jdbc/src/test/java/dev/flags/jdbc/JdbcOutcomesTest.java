package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How outcome rows go when they are old. */
class JdbcOutcomesTest {
    @ParameterizedTest
    @EnumSource(Databases.class)
    void oldRowsOfAServerGoAsNewOnesCome(Databases kind) {
        TestDatabase database = kind.migrated();
        check(() -> database.storage("production"));
    }

    @Test
    void oldRowsOfAFileGoAsNewOnesCome(@TempDir Path directory) {
        Path path = directory.resolve("flags.db");
        JdbcMigrations.migrate("jdbc:sqlite:" + path);
        check(() -> (JdbcStorage) new SqliteFlagStoreTest.Opener().open(path.toString(), "production"));
    }

    private static void check(Supplier<JdbcStorage> opened) {
        try (JdbcStorage storage = opened.get()) {
            OutcomeStorage outcomes = storage.outcomes().orElseThrow();
            Instant now = outcomes.now();
            Instant old = now.minus(OutcomeStorage.KEPT.multipliedBy(2)).minus(OutcomeRow.WINDOW);
            OutcomeRow recent = OutcomeRows.row("run-1", "recent", now.minus(Duration.ofMinutes(100)));
            // it has nothing to remove yet, and looks again in a minute
            outcomes.put(List.of(recent));
            List<OutcomeRow> rows = new ArrayList<>();
            for (int i = 0; i < 2_400; i++) {
                rows.add(OutcomeRows.row("run-" + i % 3, "i" + i, old.minusSeconds(10L * (i % 7))));
            }
            outcomes.put(rows);
            assertThat(left(outcomes)).isEqualTo(2_401);

            putByAnother(opened);
            int afterOne = left(outcomes);
            assertThat(afterOne).isBetween(2, 1_500);

            putByAnother(opened);
            putByAnother(opened);
            assertThat(outcomes.read("run-1", Instant.EPOCH).rows()).containsExactly(recent);
            assertThat(left(outcomes)).isEqualTo(1);
        }
    }

    private static void putByAnother(Supplier<JdbcStorage> opened) {
        try (JdbcStorage another = opened.get()) {
            OutcomeStorage outcomes = another.outcomes().orElseThrow();
            outcomes.put(List.of(OutcomeRows.row("run-new", "another", outcomes.now())));
        }
    }

    private static int left(OutcomeStorage outcomes) {
        int rows = 0;
        for (int run = 0; run < 3; run++) {
            rows += outcomes.read("run-" + run, Instant.EPOCH).rows().size();
        }
        return rows;
    }
}
