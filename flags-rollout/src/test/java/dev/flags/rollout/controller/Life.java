package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flags.FlagsException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One rollout with three controllers as processes, an application that reports, and everything that happens to them and to their store. What
 * happens is fixed by a seed; when exactly it does is not, which is the point. Not thread-safe; confine it to one thread.
 */
final class Life implements AutoCloseable {
    static final String CODE = "DATABASE_CONNECTION_LOST";

    private static final String KEY = Sights.KEY;
    private static final int CONTROLLERS = 3;
    private static final WriteOptions BECAUSE = WriteOptions.because("a test");

    /** A machine may be slow; nothing is concluded from how long anything took. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** What can happen. */
    enum Act {
        KILL_A_CONTROLLER,
        KILL_THE_LEADER_WHEN_IT_HAS_COMMITTED,
        STOP_THE_LEADER,
        STOP_THE_STORE,
        CRASH_THE_STORE,
        CRASH_THE_STORE_WHILE_THE_LEADER_IS_STOPPED
    }

    /**
     * How long things take, by the store's clock.
     *
     * @param least something is away for so long at least
     * @param most and so long at most
     * @param between from one act to the next, at most
     */
    record Tempo(Duration least, Duration most, Duration between) {}

    private final Ground ground;
    private final Ground.Place place;
    private final Path logs;
    private final Tempo tempo;
    private final Random random;
    private final FlagStore store;
    private final Application application;
    private final ScheduledExecutorService reporting = Executors.newSingleThreadScheduledExecutor();
    private final List<ControllerProcess> controllers = new ArrayList<>();
    private final List<ClimbLog.Gap> gaps = new ArrayList<>();
    private final List<String> happened = Collections.synchronizedList(new ArrayList<>());
    private int started;

    Life(Ground ground, Path logs, Tempo tempo, long seed, RolloutPlan plan) {
        this.ground = ground;
        this.place = ground.place();
        this.logs = logs;
        this.tempo = tempo;
        this.random = new Random(seed);
        this.store = place.openWith(ANSWER);
        this.application = new Application(store, KEY, 5);
        Actor ada = new Actor("ada", "", "");
        new FlagAdmin(store, ada).create(FlagDefinition.builder(KEY).build(), BECAUSE);
        new Rollouts(store, ada).start(KEY, plan, BECAUSE);
        var unused = reporting.scheduleWithFixedDelay(this::report, 0, 500 / place.pace(), TimeUnit.MILLISECONDS);
        for (int i = 0; i < CONTROLLERS; i++) {
            controllers.add(start());
        }
        until("the rollout begins", () -> run().state() != State.PREFLIGHT);
    }

    private ControllerProcess start() {
        return ControllerProcess.start(ground, logs.resolve("controller-" + started++ + ".log"));
    }

    private void report() {
        try {
            application.report();
        } catch (FlagsException e) {
            // it is cut off too, and reports later
        }
    }

    /** All of it happens, in a random order, as long as the rollout goes on. */
    void happens(List<Act> acts) {
        List<Act> shuffled = new ArrayList<>(acts);
        Collections.shuffle(shuffled, random);
        for (Act act : shuffled) {
            if (until("the store answers", this::run).state().isFinal()) {
                return;
            }
            happened.add("\n  " + place.now() + " " + act);
            happens(act);
            pass(random(Duration.ZERO, tempo.between()));
        }
    }

    private void happens(Act act) {
        switch (act) {
            case KILL_A_CONTROLLER -> replace(random.nextInt(CONTROLLERS));
            case KILL_THE_LEADER_WHEN_IT_HAS_COMMITTED -> {
                int leader = leader();
                awaitCommit();
                replace(leader);
            }
            case STOP_THE_LEADER -> {
                ControllerProcess leader = controllers.get(leader());
                leader.stop();
                pass(random(tempo.least(), tempo.most()));
                leader.resume();
            }
            case STOP_THE_STORE -> away(false, () -> {});
            case CRASH_THE_STORE -> away(true, () -> {});
            case CRASH_THE_STORE_WHILE_THE_LEADER_IS_STOPPED -> {
                ControllerProcess leader = controllers.get(leader());
                leader.stop();
                away(true, () -> {});
                leader.resume();
            }
        }
    }

    /** SIGKILL, and another one instead. */
    private void replace(int which) {
        controllers.get(which).kill();
        controllers.set(which, start());
    }

    /** Nobody can see anything meanwhile: from after it has gone until before it comes back. */
    private Instant away(boolean crash, Runnable meanwhile) {
        if (crash) {
            ground.crash();
        } else {
            ground.pause();
        }
        Instant from = place.now();
        meanwhile.run();
        pass(random(tempo.least(), tempo.most()));
        Instant to = place.now();
        if (crash) {
            ground.restart();
        } else {
            ground.resume();
        }
        gaps.add(new ClimbLog.Gap(from.plus(ground.seenFor()), to));
        happened.add("\n  " + from + " until " + to + " the store was away");
        return to;
    }

    /** Who has the lease; anybody while nobody has it. */
    private int leader() {
        String holder = until(
                        "the store answers",
                        () -> store.controllerRecords().orElseThrow().holder())
                .map(lease -> lease.holder())
                .orElse("");
        for (int i = 0; i < CONTROLLERS; i++) {
            if (controllers.get(i).isHolder(holder)) {
                return i;
            }
        }
        return random.nextInt(CONTROLLERS);
    }

    /** Until the moment after the next commit; or for as long as things take here, if there is none. */
    private void awaitCommit() {
        long head = until("the store answers", () -> store.head().revision());
        long begun = System.nanoTime();
        long most = tempo.most().dividedBy(place.pace()).toNanos();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(FlagsException.class)
                .until(() -> System.nanoTime() - begun > most || store.head().revision() > head);
    }

    /** Time goes by: nothing to wait for, it is what others do meanwhile that counts. */
    private void pass(Duration time) {
        long begun = System.nanoTime();
        long nanos = time.dividedBy(place.pace()).toNanos();
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> System.nanoTime() - begun >= nanos);
    }

    private Duration random(Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }

    private RolloutRun run() {
        return store.flag(KEY).rollout().orElseThrow();
    }

    private <T> T until(String what, Callable<T> answered) {
        return await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(FlagsException.class)
                .until(answered, answer -> !Boolean.FALSE.equals(answer));
    }

    /** It goes on to its end, and the log must tell of an honest climb. */
    void isCompletedHonestly(Duration bake) {
        until("the rollout ends", () -> run().state().isFinal());
        ClimbLog log = honest(bake);
        assertThat(run().state()).as(this::told).isEqualTo(State.COMPLETED);
        assertThat(percentage()).isEqualTo(Percentage.FULL);
        assertThat(log.count("rollout roll back")).as(this::told).isZero();
    }

    /**
     * The treatment fails with a critical code, and before any controller can see it the store is away. The rollback must come when it is back,
     * and once.
     */
    void isRolledBackAlthoughTheStoreIsAway(boolean crash, Duration bake) {
        controllers.forEach(ControllerProcess::stop);
        until(
                "the fault is set",
                () -> reporting.submit(() -> application.fails(CODE)).get() == null);
        until("the fault is reported", this::isReported);
        happened.add("\n  " + place.now() + " a critical failure is reported");
        Instant back = away(crash, () -> {
            controllers.forEach(ControllerProcess::resume);
            pass(tempo.least());
            replace(random.nextInt(CONTROLLERS));
        });
        until("the rollout ends", () -> run().state().isFinal());
        honest(bake).requireOneRollback(back);
        assertThat(run().state()).as(this::told).isEqualTo(State.ROLLED_BACK);
        assertThat(percentage()).isEqualTo(Percentage.ZERO);
    }

    private boolean isReported() {
        Instant since = store.now().minus(OutcomeRow.WINDOW.multipliedBy(3));
        return store.outcomes().orElseThrow().read(run().id(), since).rows().stream()
                .anyMatch(row -> row.treatment().codes().containsKey(CODE));
    }

    private ClimbLog honest(Duration bake) {
        try {
            assertThat(store.verify().intact()).isTrue();
            return new ClimbLog(store, KEY)
                    .requireOneStageAfterTheOther()
                    .requireWholeBakes(bake, gaps, place.settings().tick());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + told(), e);
        }
    }

    private Percentage percentage() {
        return store.flag(KEY).definition().orElseThrow().percentage();
    }

    /** Everything, for a person who wants to know what went wrong. */
    String told() {
        StringBuilder text =
                new StringBuilder("\nwhat happened:").append(happened).append("\nthe audit log:");
        try {
            text.append(new ClimbLog(store, KEY));
        } catch (FlagsException e) {
            text.append(e);
        }
        controllers.forEach(each -> text.append("\na controller's log:\n").append(each.log()));
        return text.toString();
    }

    @Override
    public void close() {
        reporting.shutdownNow();
        controllers.forEach(ControllerProcess::close);
        store.close();
    }
}
