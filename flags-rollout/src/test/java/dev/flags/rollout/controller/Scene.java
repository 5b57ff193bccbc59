package dev.flags.rollout.controller;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.Precondition;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.rollout.RunWatch;
import dev.flags.rollout.checks.Checks;
import dev.flags.rollout.checks.Hooks;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import dev.flags.store.InMemoryFlagStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/** A store with a clock of its own, an application that reports, and controllers that tick when they are told to. */
final class Scene {
    static final String KEY = Sights.KEY;
    static final WriteOptions BECAUSE = WriteOptions.because("a test");
    static final Duration TICK = Duration.ofSeconds(2);

    final Ticking clock = new Ticking(Sights.NOW);
    final FlagStore store;
    final Actor ada = new Actor("ada", "", "");
    final FlagAdmin admin;
    final Rollouts people;
    final Application application;
    final Answers answers = new Answers();
    final Called called = new Called();
    private final List<ControllerLoop> controllers = new ArrayList<>();

    Scene() {
        store = new InMemoryFlagStore("test", clock);
        admin = new FlagAdmin(store, ada);
        people = new Rollouts(store, ada);
        application = new Application(store, KEY, 5);
        admin.create(FlagDefinition.builder(KEY).build(), BECAUSE);
    }

    /** Another controller, which works on this store as it sees it, and whose questions are answered at once. */
    ControllerLoop controller(FlagStore seen) {
        return controller(seen, work -> {
            work.run();
            return true;
        });
    }

    /** Another one, whose questions somebody answers who takes his time. */
    ControllerLoop controller(Queue<Runnable> questions) {
        return controller(store, questions::offer);
    }

    private ControllerLoop controller(FlagStore seen, Background asking) {
        ControllerLoop loop = new ControllerLoop(
                seen,
                new Actor("controller", "", ""),
                "controller-" + controllers.size(),
                new Inquiries(answers, asking, clock::nanos, ControllerSettings.DEFAULT),
                new HookCalls(called, asking, clock::nanos, ControllerSettings.DEFAULT),
                ControllerSettings.DEFAULT,
                new Announcer(ControllerListener.NONE, "test"),
                clock::nanos);
        controllers.add(loop);
        return loop;
    }

    ControllerLoop controller() {
        return controller(store);
    }

    void start(RolloutPlan plan) {
        people.start(KEY, plan, BECAUSE);
    }

    /** A controller dies: nobody hears of it again. */
    void dies(ControllerLoop controller) {
        controllers.remove(controller);
    }

    /** One tick of everybody. */
    void tick() {
        clock.pass(TICK);
        application.report();
        List.copyOf(controllers).forEach(ControllerLoop::tick);
    }

    void run(Duration time) {
        for (long i = 0; i < time.dividedBy(TICK); i++) {
            tick();
        }
    }

    /** Goes on until it is so, or for so long. */
    boolean until(BooleanSupplier so, Duration atMost) {
        for (long i = 0; i < atMost.dividedBy(TICK) && !so.getAsBoolean(); i++) {
            tick();
        }
        return so.getAsBoolean();
    }

    boolean until(RolloutRun.State state, Duration atMost) {
        return until(() -> run().state() == state, atMost);
    }

    FlagState flag() {
        return store.flag(KEY);
    }

    RolloutRun run() {
        return flag().rollout().orElseThrow();
    }

    Percentage percentage() {
        return flag().definition().orElseThrow().percentage();
    }

    /** Where it stands: {@code RUNNING 10%}. */
    String stands() {
        return run().state() + " " + percentage();
    }

    RunWatch watch() {
        return RunWatch.read(store, KEY).orElseThrow();
    }

    List<AuditEntry> history() {
        List<AuditEntry> entries = new ArrayList<>(store.history(Optional.of(KEY), Long.MAX_VALUE, 1_000));
        java.util.Collections.reverse(entries);
        return entries;
    }

    /** What the controllers committed, in order. */
    List<String> steps() {
        return history().stream()
                .filter(entry -> entry.actor().name().equals("controller"))
                .map(AuditEntry::action)
                .toList();
    }

    /** Answers as they were set: preconditions pass and nothing is measured unless a test says so. */
    static final class Answers implements Checks {
        final Map<String, String> failing = new HashMap<>();
        final Map<String, Double> measured = new HashMap<>();

        @Override
        public Answer check(Precondition precondition) {
            String why = failing.get(precondition.name());
            return why == null ? Answer.PASSED : new Answer(false, why);
        }

        @Override
        public Measurement measure(String name) {
            Double value = measured.get(name);
            return value == null
                    ? new Measurement(OptionalDouble.empty(), "nobody knows")
                    : new Measurement(OptionalDouble.of(value), "");
        }

        @Override
        public Answer knows(Precondition precondition) {
            return Answer.PASSED;
        }

        @Override
        public Answer knowsMeasurement(String name) {
            return Answer.PASSED;
        }
    }

    /** Notes what was called, and answers as it was told to. */
    static final class Called implements Hooks {
        final List<String> calls = new ArrayList<>();
        final List<Call> all = new ArrayList<>();
        String refuses = "";

        @Override
        public boolean knows(String hook) {
            return true;
        }

        @Override
        public Checks.Answer call(String hook, Call call) {
            calls.add(hook + " " + call.event() + " " + call.from() + "→" + call.to());
            all.add(call);
            return refuses.isEmpty() ? Checks.Answer.PASSED : new Checks.Answer(false, refuses);
        }
    }
}
