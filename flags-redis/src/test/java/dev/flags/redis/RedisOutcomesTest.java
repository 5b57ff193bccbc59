package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RedisOutcomesTest extends OneRedis {
    private OutcomeStorage outcomes() {
        return storage().outcomes().orElseThrow();
    }

    private static Instant windowBefore(OutcomeStorage outcomes, int windows) {
        return Instant.ofEpochSecond((outcomes.now().getEpochSecond() / 10 - windows) * 10);
    }

    private static OutcomeRow row(String instance, Instant window) {
        return new OutcomeRow(
                "a", "run-1", instance, Percentage.of(10), window, 0, 0, OutcomeRow.Arm.EMPTY, OutcomeRow.Arm.EMPTY);
    }

    @Test
    void rowsGoByThemselvesAfterTheTimeThatTheyAreKept() {
        OutcomeStorage outcomes = outcomes();
        Instant window = windowBefore(outcomes, 1);
        outcomes.put(List.of(row("i1", window), row("i2", window)));

        String key = BASE + "outcomes:run-1:" + window.getEpochSecond();
        assertThat((List<?>) SERVER.call("HKEYS", key))
                .asString()
                .contains("i1|10000")
                .contains("i2|10000");
        long left = ((Number) SERVER.call("PTTL", key)).longValue();
        assertThat(Duration.ofMillis(left)).isBetween(OutcomeStorage.KEPT, OutcomeStorage.KEPT.multipliedBy(3));
    }

    @Test
    void thousandsOfRowsThatWaitedForTheServerAreKept() {
        OutcomeStorage outcomes = outcomes();
        List<OutcomeRow> rows = IntStream.range(0, 2_000)
                .mapToObj(i -> row("i" + i, windowBefore(outcomes, i % 90)))
                .toList();

        outcomes.put(rows);

        assertThat(outcomes().read("run-1", Instant.EPOCH).rows()).hasSize(2_000);
    }

    @Test
    void aRunIsReadInOneRoundTripWhenTheServersClockIsKnown() {
        OutcomeStorage outcomes = outcomes();
        Instant window = windowBefore(outcomes, 3);
        outcomes.put(List.of(row("i1", window)));
        long before = commands("time");

        for (int i = 0; i < 10; i++) {
            assertThat(outcomes.read("run-1", window).rows()).hasSize(1);
        }

        // one with each pipeline, and another where a window began meanwhile
        assertThat(commands("time") - before).isBetween(10L, 12L);
    }

    private static long commands(String name) {
        String stats = String.valueOf(SERVER.call("INFO", "commandstats"));
        return stats.lines()
                .filter(line -> line.startsWith("cmdstat_" + name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^=]*calls=([0-9]+).*", "$1")))
                .sum();
    }

    @Test
    void whatCannotBeReadIsCounted() {
        OutcomeStorage outcomes = outcomes();
        Instant window = windowBefore(outcomes, 1);
        outcomes.put(List.of(row("i1", window)));
        SERVER.call("HSET", BASE + "outcomes:run-1:" + window.getEpochSecond(), "i2|1", "theirs");

        assertThat(outcomes.read("run-1", window)).isEqualTo(new OutcomeStorage.Rows(List.of(row("i1", window)), 1));
    }

    @Test
    void aRefusalAndAKeyOfAnotherProgramAreTold() {
        OutcomeStorage outcomes = outcomes();
        Instant window = windowBefore(outcomes, 1);
        SERVER.call("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThatThrownBy(() -> outcomes.put(List.of(row("i1", window))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("maxmemory");
        } finally {
            SERVER.call("CONFIG", "SET", "maxmemory", "0");
        }
        SERVER.call("SET", BASE + "outcomes:run-1:" + window.getEpochSecond(), "theirs");
        assertThatThrownBy(() -> outcomes.put(List.of(row("i1", window)))).isInstanceOf(StoreDamagedException.class);
        assertThatThrownBy(() -> outcomes.read("run-1", window)).isInstanceOf(StoreDamagedException.class);
    }
}
