package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.LONG;
import static dev.flags.store.tck.Bench.one;
import static dev.flags.store.tck.Bench.taken;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who has the lease of an environment's controller, and how it goes from one to the next. */
abstract class LeaseRules {
    /** Runs out while a test waits for it, and is long enough to do a few things under it. */
    private static final Duration SHORT = Duration.ofMillis(400);

    private static final int COMPETITORS = 4;
    private static final int TURNS_EACH = 8;

    abstract Bench bench();

    private ControllerRecords records() {
        return bench().controllerRecords(Bench.ENVIRONMENT);
    }

    /** Takes a lease that runs out. */
    private static Lease takenWhenItHasRunOut(ControllerRecords records, String holder) {
        return requireNonNull(Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> records.acquire(holder, LONG), Optional::isPresent))
                .orElseThrow();
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
        StoreFixture.SharedStore shared = bench().sharedStore();
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
        StoreFixture.SharedStore shared = bench().sharedStore();
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
