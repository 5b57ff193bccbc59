package dev.flags.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.outcomes.UserHashes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a store that keeps outcome rows does with them. */
abstract class OutcomeRules {
    abstract Bench bench();

    private OutcomeStorage outcomes() {
        return outcomes(Bench.ENVIRONMENT);
    }

    private OutcomeStorage outcomes(String environment) {
        return bench().storage(environment)
                .outcomes()
                .orElseGet(() -> Assumptions.abort("this store keeps no outcomes of rollouts"));
    }

    private static Instant windowBefore(OutcomeStorage outcomes, int windows) {
        long length = OutcomeRow.WINDOW.toMillis();
        long now = Math.floorDiv(outcomes.now().toEpochMilli(), length);
        return Instant.ofEpochMilli((now - windows) * length);
    }

    private static OutcomeRow row(String run, String instance, int percent, Instant window, long calls) {
        OutcomeRow.Arm arm = new OutcomeRow.Arm(
                3,
                UserHashes.of(-1, 1),
                calls,
                1,
                Map.of("DATABASE_CONNECTION_LOST", 1L),
                0,
                List.of(new OutcomeRow.Bound(Duration.ofSeconds(3), calls, 0, UserHashes.NONE)),
                new TreeMap<>(Map.of(346, calls)),
                UserHashes.of(7));
        return new OutcomeRow("a", run, instance, Percentage.of(percent), window, 0, 0, arm, OutcomeRow.Arm.EMPTY);
    }

    @Test
    void rowsAreReadAsTheyWereWrittenInOrderOfWindowInstanceAndPercentage() {
        OutcomeStorage outcomes = outcomes();
        Instant early = windowBefore(outcomes, 2);
        Instant late = windowBefore(outcomes, 1);
        List<OutcomeRow> rows = List.of(
                row("run-1", "i1", 10, early, 5),
                row("run-1", "i1", 50, early, 6),
                row("run-1", "i2", 10, early, 7),
                row("run-1", "i1", 50, late, 8));
        List<OutcomeRow> shuffled = new ArrayList<>(rows);
        java.util.Collections.reverse(shuffled);

        outcomes.put(shuffled);

        assertThat(outcomes().read("run-1", early)).isEqualTo(new OutcomeStorage.Rows(rows, 0));
        assertThat(outcomes().read("run-1", late).rows()).containsExactly(rows.get(3));
        assertThat(outcomes().read("run-1", late.plusSeconds(10)).rows()).isEmpty();
        outcomes.put(List.of());
    }

    @Test
    void aRowThatIsPutAgainTakesThePlaceOfTheOneBefore() {
        OutcomeStorage outcomes = outcomes();
        Instant window = windowBefore(outcomes, 1);
        outcomes.put(List.of(row("run-1", "i1", 10, window, 5)));
        outcomes.put(List.of(row("run-1", "i1", 10, window, 9)));
        outcomes.put(List.of(row("run-1", "i1", 10, window, 9), row("run-1", "i1", 10, window, 11)));

        assertThat(outcomes.read("run-1", window).rows()).containsExactly(row("run-1", "i1", 10, window, 11));
    }

    @Test
    void runsAndEnvironmentsAreApart() {
        OutcomeStorage outcomes = outcomes();
        Instant window = windowBefore(outcomes, 1);
        outcomes.put(List.of(row("run-1", "i1", 10, window, 5), row("run-10", "i1", 10, window, 6)));
        outcomes("staging").put(List.of(row("run-1", "i1", 10, window, 7)));

        assertThat(outcomes.read("run-1", window).rows()).containsExactly(row("run-1", "i1", 10, window, 5));
        assertThat(outcomes("staging").read("run-1", window).rows()).containsExactly(row("run-1", "i1", 10, window, 7));
        assertThat(outcomes.read("run", window).rows()).isEmpty();
    }

    @Test
    void manyRunsAreReadTogetherEachFromATimeOfItsOwn() {
        OutcomeStorage outcomes = outcomes();
        Instant early = windowBefore(outcomes, 2);
        Instant late = windowBefore(outcomes, 1);
        List<OutcomeRow> rows = new ArrayList<>();
        Map<String, Instant> since = new TreeMap<>();
        for (int run = 0; run < 250; run++) {
            rows.add(row("run-" + run, "i1", 10, early, run));
            rows.add(row("run-" + run, "i1", 10, late, run));
            since.put("run-" + run, run % 2 == 0 ? early : late);
        }
        since.put("without-rows", early);
        since.put("run-0", Instant.MIN);
        outcomes.put(rows);

        Map<String, OutcomeStorage.Rows> read = outcomes.readAll(since);

        assertThat(read).hasSize(251);
        since.forEach((run, from) -> assertThat(read.get(run)).as(run).isEqualTo(outcomes.read(run, from)));
        assertThat(read)
                .containsEntry("run-0", new OutcomeStorage.Rows(rows.subList(0, 2), 0))
                .containsEntry("run-249", new OutcomeStorage.Rows(rows.subList(499, 500), 0));
        assertThat(read).containsEntry("without-rows", new OutcomeStorage.Rows(List.of(), 0));
        assertThat(outcomes.readAll(Map.of())).isEmpty();
    }

    @Test
    void aRowAsLargeAsRowsGetIsKeptWhole() {
        OutcomeStorage outcomes = outcomes();
        Instant window = windowBefore(outcomes, 1);
        UserHashes many = UserHashes.of(LongStream.rangeClosed(1, 1_024)
                .map(i -> i * 0x9E3779B97F4A7C15L)
                .toArray());
        TreeMap<Integer, Long> bins = new TreeMap<>();
        for (int bin = 0; bin <= 1_101; bin++) {
            bins.put(bin, (long) bin + 1);
        }
        OutcomeRow.Arm arm = new OutcomeRow.Arm(
                8_192,
                many,
                1_000_000,
                1_024,
                Map.of(),
                0,
                List.of(new OutcomeRow.Bound(Duration.ofSeconds(3), 1, 1, many)),
                bins,
                many);
        OutcomeRow large = new OutcomeRow("a", "run-1", "i1", Percentage.of(10), window, 3, 4, arm, arm);

        outcomes.put(List.of(large));

        assertThat(outcomes.read("run-1", window).rows()).containsExactly(large);
    }

    @Test
    void rowsAreKeptForAnHourAtLeast() {
        OutcomeStorage outcomes = outcomes();
        Instant old = windowBefore(outcomes, 350);
        outcomes.put(List.of(row("run-1", "i1", 10, old, 5)));
        outcomes.put(List.of(row("run-1", "i1", 10, windowBefore(outcomes, 1), 6)));

        assertThat(outcomes.read("run-1", old).rows()).hasSize(2);
        assertThat(outcomes.read("run-1", Instant.EPOCH).rows()).hasSize(2);
    }

    @Test
    void instancesThatPutAtOnceDoNotDisturbEachOther() throws InterruptedException {
        Instant window = windowBefore(outcomes(), 1);
        ExecutorService instances = Executors.newFixedThreadPool(4);
        CountDownLatch together = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            String instance = "i" + i;
            OutcomeStorage own = outcomes();
            instances.execute(() -> {
                together.countDown();
                for (int percent = 1; percent <= 25; percent++) {
                    own.put(List.of(row("run-1", instance, percent, window, percent)));
                }
            });
        }
        instances.shutdown();
        assertThat(instances.awaitTermination(2, TimeUnit.MINUTES)).isTrue();

        assertThat(outcomes().read("run-1", window).rows()).hasSize(100);
    }

    @Test
    void theClockIsTheStores() {
        OutcomeStorage outcomes = outcomes();
        Instant before = bench().storage().now();
        Instant told = outcomes.now();
        Instant after = bench().storage().now();

        assertThat(told).isBetween(before, after);
    }
}
