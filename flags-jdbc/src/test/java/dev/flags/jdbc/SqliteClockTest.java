package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.model.FlagDefinition;
import dev.flags.store.Actor;
import dev.flags.store.ControllerRecords;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteClockTest {
    private static final Instant TIME = Instant.parse("2031-05-06T07:08:09.123Z");

    @TempDir
    Path directory;

    private JdbcFlagStore at(Instant time) {
        return JdbcFlagStore.builder(directory.resolve("flags.db"), "test")
                .createIfMissing()
                .clock(Clock.fixed(time, ZoneOffset.UTC))
                .open();
    }

    @Test
    void aStoreThatIsGivenAClockGoesByItInEverything() {
        try (JdbcFlagStore store = at(TIME)) {
            new FlagAdmin(store, new Actor("ada", "", ""))
                    .create(FlagDefinition.builder("atomic-projects").build(), WriteOptions.DEFAULT);
            ControllerRecords.Lease lease = store.controllerRecords()
                    .orElseThrow()
                    .acquire("one", Duration.ofSeconds(15))
                    .orElseThrow();

            assertThat(store.now()).isEqualTo(TIME);
            assertThat(store.outcomes().orElseThrow().now()).isEqualTo(TIME);
            assertThat(store.history(Optional.empty(), Long.MAX_VALUE, 1).get(0).at())
                    .isEqualTo(TIME);
            assertThat(lease.until()).isEqualTo(TIME.plusSeconds(15));
        }
    }

    @Test
    void aLeaseEndsByTheGivenClock() {
        try (JdbcFlagStore one = at(TIME);
                JdbcFlagStore later = at(TIME.plusSeconds(16))) {
            one.controllerRecords().orElseThrow().acquire("one", Duration.ofSeconds(15));
            assertThat(one.controllerRecords().orElseThrow().acquire("two", Duration.ofSeconds(15)))
                    .isEmpty();
            assertThat(later.controllerRecords().orElseThrow().acquire("two", Duration.ofSeconds(15)))
                    .isPresent();
        }
    }

    @Test
    void aServerRefusesAnotherClock() {
        JdbcFlagStore.Builder builder = JdbcFlagStore.builder("jdbc:postgresql://127.0.0.1/flags", "test")
                .clock(Clock.systemUTC());
        assertThatThrownBy(builder::open).isInstanceOf(FlagsException.class).hasMessageContaining("clock of its own");
    }
}
