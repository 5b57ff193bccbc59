package dev.flags.store.tck;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a store does that keeps the lease and the records of whoever controls rollouts. */
abstract class ControllerRules {
    /** Longer than any test takes. */
    private static final Duration LONG = Duration.ofMinutes(30);
    /** Runs out while a test waits for it, and is long enough to do a few things under it. */
    private static final Duration SHORT = Duration.ofMillis(400);

    private static final int COMPETITORS = 4;
    private static final int TURNS_EACH = 8;

    abstract Bench bench();

    private ControllerRecords records() {
        return records(Bench.ENVIRONMENT);
    }

    private ControllerRecords records(String environment) {
        return bench().storage(environment)
                .controllerRecords()
                .orElseGet(() -> Assumptions.abort("this store keeps nothing for a controller of rollouts"));
    }

    private static Lease taken(ControllerRecords records, String holder, Duration length) {
        return records.acquire(holder, length).orElseThrow(() -> new AssertionError("another has the lease"));
    }

    /** Takes a lease that runs out. */
    private static Lease takenWhenItHasRunOut(ControllerRecords records, String holder) {
        return requireNonNull(Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> records.acquire(holder, LONG), Optional::isPresent))
                .orElseThrow();
    }

    private static Map<String, Optional<String>> one(String name, String text) {
        return Map.of(name, Optional.of(text));
    }

    @Test
    void onlyOneHasTheLease() {
        Lease ada = taken(records(), "ada", LONG);

        assertThat(records().acquire("grace", LONG)).isEmpty();
        assertThat(records().holder()).contains(ada);
        assertThat(ada.holder()).isEqualTo("ada");
        assertThat(ada.fence()).isPositive();
    }

    @Test
    void nobodyHasTheLeaseBeforeItIsTaken() {
        assertThat(records().holder()).isEmpty();
        assertThat(records().read("a")).isEmpty();
        assertThat(records().write(new Lease("ada", 1, Instant.now().plus(LONG)), one("a", "{}")))
                .isFalse();
        assertThat(records().read("a")).isEmpty();
        records().release(new Lease("ada", 1, Instant.now().plus(LONG)));
        assertThat(records().holder()).isEmpty();
    }

    @Test
    void theLeaseLastsByTheStoresClock() {
        Instant before = bench().storage().now();
        Lease lease = taken(records(), "ada", Duration.ofSeconds(40));
        Instant after = bench().storage().now();

        // what a store rounds to
        assertThat(lease.until()).isBetween(before.plusMillis(39_998), after.plusMillis(40_002));
    }

    @Test
    void itsHolderProlongsItAndKeepsTheFence() {
        Lease first = taken(records(), "ada", SHORT);
        Lease second = taken(records(), "ada", LONG);

        assertThat(second.fence()).isEqualTo(first.fence());
        assertThat(second.until()).isAfter(first.until());
        assertThat(records().holder()).contains(second);
        assertThat(records().write(first, one("a", "by the fence, which is still the same")))
                .isTrue();
    }

    @Test
    void aLeaseThatRanOutIsNobodysAndGoesToTheNextWithAHigherFence() {
        Lease vanished = taken(records(), "ada", SHORT);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> records().holder().isEmpty());

        Lease next = taken(records(), "grace", LONG);

        assertThat(next.fence()).isGreaterThan(vanished.fence());
        assertThat(records().acquire("ada", LONG)).isEmpty();
        assertThat(records().write(vanished, one("a", "late"))).isFalse();
        assertThat(records().read("a")).isEmpty();
    }

    @Test
    void whoeverFindsHisLeaseRunOutAndNobodysGoesOnWithItsFence() {
        Lease first = taken(records(), "ada", SHORT);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> records().holder().isEmpty());

        assertThat(records().write(first, one("a", "nobody came between"))).isTrue();
        assertThat(taken(records(), "ada", LONG).fence()).isEqualTo(first.fence());
    }

    @Test
    void aLeaseThatIsGivenBackGoesToTheNextAtOnceWithAHigherFence() {
        Lease first = taken(records(), "ada", LONG);
        records().release(first);
        assertThat(records().holder()).isEmpty();

        Lease second = taken(records(), "grace", LONG);
        assertThat(second.fence()).isGreaterThan(first.fence());

        records().release(second);
        assertThat(taken(records(), "grace", LONG).fence()).isGreaterThan(second.fence());
    }

    @Test
    void givingBackAnOldLeaseTakesNothingFromItsSuccessor() {
        Lease old = taken(records(), "ada", LONG);
        records().release(old);
        Lease now = taken(records(), "grace", LONG);

        records().release(old);

        assertThat(records().holder()).contains(now);
    }

    @Test
    void recordsAreReadAsTheyWereWrittenAndReplacedAndRemoved() {
        ControllerRecords records = records();
        Lease lease = taken(records, "ada", LONG);
        String text = "{\"text\":\"a\\u0000 'quoted' é 😀 \\\\ %s\"}";

        assertThat(records.write(lease, Map.of("a", Optional.of(text), "b", Optional.of("{}"))))
                .isTrue();
        assertThat(records().read("a")).contains(text);
        assertThat(records().read("b")).contains("{}");
        assertThat(records().read("A")).isEmpty();

        assertThat(records.write(lease, Map.of("a", Optional.of("{\"n\":2}"), "b", Optional.empty())))
                .isTrue();
        assertThat(records().read("a")).contains("{\"n\":2}");
        assertThat(records().read("b")).isEmpty();

        assertThat(records.write(lease, Map.of("b", Optional.empty()))).isTrue();
        assertThat(records.write(lease, Map.of())).isTrue();
    }

    @Test
    void aWriteUnderAnOldFenceWritesNothing() {
        Lease old = taken(records(), "ada", LONG);
        assertThat(records().write(old, Map.of("a", Optional.of("1"), "b", Optional.of("1"))))
                .isTrue();
        records().release(old);
        Lease now = taken(records(), "grace", LONG);

        assertThat(records().write(old, Map.of("a", Optional.of("2"), "b", Optional.empty(), "c", Optional.of("2"))))
                .isFalse();
        assertThat(records().write(old, Map.of())).isFalse();

        assertThat(records().read("a")).contains("1");
        assertThat(records().read("b")).contains("1");
        assertThat(records().read("c")).isEmpty();
        assertThat(records().write(now, one("a", "3"))).isTrue();
        assertThat(records().read("a")).contains("3");
    }

    @Test
    void fiveHundredRecordsAreWrittenAtOnceAndReadAtOnce() {
        ControllerRecords records = records();
        Lease lease = taken(records, "ada", LONG);
        Map<String, Optional<String>> many = new LinkedHashMap<>();
        for (int i = 0; i < 500; i++) {
            many.put("flag-" + i, Optional.of(("{\"n\":" + i + ",\"used\":[]}").repeat(50)));
        }

        assertThat(records.write(lease, many)).isTrue();

        many.forEach((name, text) -> assertThat(records.read(name)).isEqualTo(text));
        Set<String> names = new HashSet<>(many.keySet());
        names.add("not-there");
        Map<String, String> read = records.readAll(names);
        assertThat(read).hasSize(many.size());
        many.forEach((name, text) -> assertThat(text).contains(requireNonNull(read.get(name))));
        assertThat(records.readAll(Set.of("flag-7", "not-there"))).containsOnlyKeys("flag-7");
        assertThat(records.readAll(Set.of())).isEmpty();
        many.replaceAll((name, text) -> name.endsWith("7") ? Optional.empty() : Optional.of("{}"));
        assertThat(records.write(lease, many)).isTrue();
        many.forEach((name, text) -> assertThat(records.read(name)).isEqualTo(text));
    }

    @Test
    void aRecordMayBeLarge() {
        ControllerRecords records = records();
        Lease lease = taken(records, "ada", LONG);
        String large = "0123456789abcdef".repeat(100_000);

        assertThat(records.write(lease, one("a", large))).isTrue();

        assertThat(records().read("a")).contains(large);
    }

    @Test
    void environmentsHaveLeasesAndRecordsOfTheirOwn() {
        Lease production = taken(records(), "ada", LONG);
        Lease staging = taken(records("staging"), "grace", LONG);
        assertThat(records().write(production, one("a", "production"))).isTrue();
        assertThat(records("staging").write(staging, one("a", "staging"))).isTrue();
        records("staging").release(staging);

        assertThat(records().read("a")).contains("production");
        assertThat(records("staging").read("a")).contains("staging");
        assertThat(records().holder()).contains(production);
        assertThat(records("staging").holder()).isEmpty();
    }

    @Test
    void theyAreNoPartOfTheHistory() {
        Lease lease = taken(records(), "ada", LONG);
        records().write(lease, one("a", "{}"));

        assertThat(bench().store().head().revision()).isZero();
        assertThat(bench().storage().load().flags()).isEmpty();
        Bench.put(bench().store(), Bench.flag("a", 10));
        assertThat(bench().store().verify().intact()).isTrue();
        assertThat(records().read("a")).contains("{}");
    }

    @Test
    void ofManyThatCompeteEachHasAFenceOfItsOwnAndNobodyComesBetween() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(COMPETITORS);
        List<Long> fences = new ArrayList<>();
        try {
            List<Future<List<Long>>> turns = new ArrayList<>();
            for (int i = 0; i < COMPETITORS; i++) {
                ControllerRecords own = records();
                String holder = "holder-" + i;
                turns.add(threads.submit(() -> LeaseProcess.takeTurns(own, holder, TURNS_EACH)));
            }
            for (Future<List<Long>> turn : turns) {
                fences.addAll(turn.get(120, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(fences).hasSize(COMPETITORS * TURNS_EACH).doesNotHaveDuplicates();
        assertThat(records().read(LeaseProcess.COUNTER)).contains(String.valueOf(COMPETITORS * TURNS_EACH));
    }

    @Test
    void ofManyProcessesThatCompeteEachHasAFenceOfItsOwnAndNobodyComesBetween() throws Exception {
        records();
        StoreFixture.SharedStore shared = bench().fixture()
                .sharedBetweenProcesses()
                .orElseGet(() -> Assumptions.abort("this store declares that it lives in one process"));
        List<Process> competitors = new ArrayList<>();
        List<String> fences = new ArrayList<>();
        try {
            for (int i = 0; i < COMPETITORS; i++) {
                competitors.add(LeaseProcess.start(shared, Bench.ENVIRONMENT, "holder-" + i, TURNS_EACH));
            }
            for (Process competitor : competitors) {
                fences.addAll(WriterProcess.wholeLines(WriterProcess.read(competitor)));
                assertThat(competitor.waitFor(120, TimeUnit.SECONDS)).isTrue();
                assertThat(competitor.exitValue()).isZero();
            }
        } finally {
            competitors.forEach(Process::destroyForcibly);
        }

        assertThat(fences).hasSize(COMPETITORS * TURNS_EACH).doesNotHaveDuplicates();
        assertThat(records().read(LeaseProcess.COUNTER)).contains(String.valueOf(COMPETITORS * TURNS_EACH));
    }

    @Test
    void theLeaseOfAProcessThatWasKilledRunsOut() throws Exception {
        records();
        StoreFixture.SharedStore shared = bench().fixture()
                .sharedBetweenProcesses()
                .orElseGet(() -> Assumptions.abort("this store declares that it lives in one process"));
        Process killed = LeaseProcess.start(shared, Bench.ENVIRONMENT, "killed", 0);
        Lease left;
        try {
            String line = killed.inputReader().readLine();
            left = new Lease("killed", Long.parseLong(line), Instant.MAX);
        } finally {
            killed.destroyForcibly();
            killed.waitFor();
        }

        Lease next = takenWhenItHasRunOut(records(), "ada");

        assertThat(next.fence()).isGreaterThan(left.fence());
        assertThat(records().read(LeaseProcess.COUNTER)).contains("left by killed");
        assertThat(records().write(left, one(LeaseProcess.COUNTER, "late"))).isFalse();
    }
}
