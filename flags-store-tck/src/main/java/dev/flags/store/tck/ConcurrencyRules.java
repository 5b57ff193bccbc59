package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.CommitOutcome.Committed;
import dev.flags.store.FlagStore;
import dev.flags.store.ScheduledChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

abstract class ConcurrencyRules {
    private static final int WRITERS = 4;
    private static final int COMMITS_EACH = 40;

    abstract Bench bench();

    @Test
    void manyWritersLoseNoUpdateAndKeepTheChain() throws Exception {
        Set<Long> revisions = ConcurrentHashMap.newKeySet();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            FlagStore store = bench().store();
            RandomGenerator random = RandomGeneratorFactory.getDefault().create(writer);
            writers.add(() -> {
                for (int i = 0; i < COMMITS_EACH; i++) {
                    String key = "flag-" + random.nextInt(3);
                    Committed done = (Committed) Bench.raiseByOneBucket(store, key);
                    assertThat(revisions.add(done.revision())).isTrue();
                }
                return null;
            });
        }
        runAll(writers);

        FlagStore store = bench().store();
        int sum = store.flags().stream()
                .mapToInt(state -> state.definition().orElseThrow().percentage().buckets())
                .sum();
        assertThat(sum).isEqualTo(WRITERS * COMMITS_EACH);
        assertThat(revisions).hasSize(WRITERS * COMMITS_EACH);
        assertThat(store.verify().entries()).isEqualTo(WRITERS * COMMITS_EACH);
        assertThat(store.verify().intact()).isTrue();
        LogAndFlags.assertAgree(store);
    }

    @Test
    void oneStoreCanBeSharedByThreads() throws Exception {
        FlagStore store = bench().store();
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            writers.add(() -> {
                for (int i = 0; i < COMMITS_EACH / 2; i++) {
                    Bench.raiseByOneBucket(store, "a");
                }
                return null;
            });
        }
        runAll(writers);

        assertThat(store.flag("a").definition().orElseThrow().percentage().buckets())
                .isEqualTo(WRITERS * COMMITS_EACH / 2);
    }

    @Test
    void aKillIsNeverLostWhateverIsEditedMeanwhile() throws Exception {
        put(bench().store(), flag("a", 10));
        AtomicBoolean stop = new AtomicBoolean();
        List<Callable<Void>> people = new ArrayList<>();
        for (int editor = 0; editor < WRITERS - 1; editor++) {
            FlagStore store = bench().store();
            people.add(() -> {
                while (!stop.get()) {
                    Bench.raiseByOneBucket(store, "a");
                }
                return null;
            });
        }
        FlagStore onCall = bench().store();
        people.add(() -> {
            try {
                for (int i = 0; i < 10; i++) {
                    long killedAt = kill(onCall, "a").revision();
                    FlagState now = onCall.flag("a");
                    assertThat(now.revision()).isGreaterThanOrEqualTo(killedAt);
                    assertThat(now.kill()).isPresent();
                    Bench.raiseByOneBucket(onCall, "a");
                    assertThat(onCall.flag("a").kill()).isPresent();
                    Bench.unkill(onCall, "a");
                }
                kill(onCall, "a");
                Bench.raiseByOneBucket(onCall, "a");
            } finally {
                stop.set(true);
            }
            return null;
        });
        runAll(people);

        assertThat(bench().store().flag("a").kill()).isPresent();
        assertThat(bench().store().verify().intact()).isTrue();
    }

    @Test
    void aScheduledChangeThatManyMakeAtOnceIsMadeOnce() throws Exception {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        ScheduledChange change = scheduledSoon(store);
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> change.isDue(store.now()));
        AtomicInteger made = new AtomicInteger();
        List<Callable<Void>> controllers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            FlagAdmin controller = new FlagAdmin(bench().store(), new Actor("controller-" + i, "flags", "here"));
            controllers.add(() -> {
                try {
                    WriteOutcome outcome = controller.runScheduled(change.id(), WriteOptions.DEFAULT);
                    if (outcome instanceof WriteOutcome.Done) {
                        made.incrementAndGet();
                    }
                } catch (NoSuchFlagException alreadyMade) {
                    assertThat(alreadyMade).hasMessageContaining(change.id());
                }
                return null;
            });
        }
        runAll(controllers);

        assertThat(made).hasValue(1);
        assertThat(Bench.percent(store.flag("a"))).isEqualTo(50);
        assertThat(store.settings().scheduled()).isEmpty();
        assertThat(Bench.wholeLog(store))
                .extracting(AuditEntry::action)
                .containsExactly("set", "schedule", "run-scheduled");
        LogAndFlags.assertAgree(store);
    }

    /** As soon as this machine can say it before it is the past. */
    private static ScheduledChange scheduledSoon(FlagStore store) {
        FlagAdmin admin = new FlagAdmin(store, Bench.ADA);
        for (int millis = 200; ; millis *= 4) {
            try {
                admin.schedule(
                        "a", Percentage.of(50), store.now().plusMillis(millis), WriteOptions.because("the launch"));
                return store.settings().scheduled().get(0);
            } catch (InvalidFlagException e) {
                assertThat(e).hasMessageContaining("in the future");
            }
        }
    }

    @Test
    void aFollowerOfManyWritersEndsWhereTheStoreEnds() throws Exception {
        RecordingListener listener = bench().follow(bench().store());
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            FlagStore store = bench().store();
            String key = "flag-" + writer;
            writers.add(() -> {
                for (int i = 0; i < COMMITS_EACH / 2; i++) {
                    Bench.raiseByOneBucket(store, key);
                }
                return null;
            });
        }
        runAll(writers);

        FlagStore store = bench().store();
        listener.awaitRevision(store.head().revision());
        for (FlagState state : store.flags()) {
            assertThat(listener.flag(state.key()).orElseThrow().definition()).isEqualTo(state.definition());
        }
    }

    private static void runAll(List<Callable<Void>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<Void>> running = new ArrayList<>();
            tasks.forEach(task -> running.add(threads.submit(task)));
            for (Future<Void> task : running) {
                task.get(120, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
