package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.servers.RedisServer;
import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The controller's lease and records when keys, memory or the server are lost. */
@Timeout(300)
class RedisControllerRecordsTest extends OneRedis {
    private static final Duration LONG = Duration.ofMinutes(5);

    private ControllerRecords records() {
        return storage().controllerRecords().orElseThrow();
    }

    @Test
    void aFenceOfBeforeAWipeIsNeverGivenAgain() {
        Lease before = records().acquire("ada", LONG).orElseThrow();
        SERVER.call("FLUSHALL");

        assertThat(records().holder()).isEmpty();
        assertThat(records().write(before, Map.of("a", Optional.of("{}")))).isFalse();
        Lease after = records().acquire("grace", LONG).orElseThrow();

        assertThat(after.fence()).isGreaterThan(before.fence());
        assertThat(records().write(before, Map.of("a", Optional.of("{}")))).isFalse();
        assertThat(records().acquire("ada", LONG)).isEmpty();
    }

    @Test
    void aServerWhoseClockWasSetBackStillGivesHigherFences() {
        long ahead = Instant.now().plus(Duration.ofDays(1)).toEpochMilli();
        SERVER.call("HSET", BASE + "lease", "holder", "ada", "fence", String.valueOf(ahead), "until", "1");

        assertThat(records().acquire("grace", LONG).orElseThrow().fence()).isEqualTo(ahead + 1);
    }

    @Test
    void aKeyOfAnotherProgramIsToldAndLeftAlone() {
        SERVER.call("SET", BASE + "lease", "theirs");

        assertThatThrownBy(() -> records().acquire("ada", LONG)).isInstanceOf(StoreDamagedException.class);
        assertThatThrownBy(() -> records().holder()).isInstanceOf(StoreDamagedException.class);
        assertThat(SERVER.call("GET", BASE + "lease")).hasToString("theirs");

        SERVER.call("DEL", BASE + "lease");
        SERVER.call("HSET", BASE + "lease", "holder", "ada", "fence", "many", "until", "never");
        assertThatThrownBy(() -> records().holder())
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining(BASE + "lease");
    }

    @Test
    void aServerThatIsOutOfMemoryWritesNoRecordAtAll() {
        Lease lease = records().acquire("ada", LONG).orElseThrow();
        SERVER.call("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThatThrownBy(() -> records().write(lease, Map.of("a", Optional.of("{}"), "b", Optional.of("{}"))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("maxmemory");
        } finally {
            SERVER.call("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(records().read("a")).isEmpty();
        assertThat(records().read("b")).isEmpty();
    }

    @Test
    void aServerThatWasKilledHasThemStillWhenItIsBack() {
        try (RedisServer durable = RedisServer.binary("--appendonly", "yes", "--appendfsync", "always")) {
            ControllerRecords records = closing(
                            RedisFlagStore.builder(durable.url(), "production").storage())
                    .controllerRecords()
                    .orElseThrow();
            Lease lease = records.acquire("ada", LONG).orElseThrow();
            assertThat(records.write(lease, Map.of("a", Optional.of("{}")))).isTrue();

            durable.kill();
            assertThatThrownBy(() -> records.write(lease, Map.of("a", Optional.of("lost"))))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> records.acquire("ada", LONG)).isInstanceOf(StoreUnavailableException.class);
            durable.restart();

            assertThat(records.read("a")).contains("{}");
            assertThat(records.holder()).contains(lease);
            assertThat(records.acquire("grace", LONG)).isEmpty();
            assertThat(records.write(lease, Map.of("a", Optional.of("{\"n\":2}"))))
                    .isTrue();
        }
    }
}
