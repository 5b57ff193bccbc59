package dev.flags.cli;

import dev.flags.admin.BlockedException;
import dev.flags.model.InvalidFlagException;
import dev.flags.rollout.Guard;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.Precondition;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.checks.Checks;
import dev.flags.rollout.checks.ControllerConfiguration;
import dev.flags.rollout.checks.Hooks;
import dev.flags.rollout.controller.ControllerListener;
import dev.flags.rollout.controller.ControllerSettings;
import dev.flags.rollout.controller.RolloutController;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a controller in this process looks at and calls: what the user's own configuration file has, and the store's own database. Confined
 * to one thread.
 */
final class Driving {
    /** In whose name steps are committed, unless {@code --as} says otherwise. */
    private static final String ACTOR = "controller";

    private static final Duration HOOKS_WITHIN = Duration.ofSeconds(30);

    private final Session session;
    private final FlagStore store;
    private final Optional<Path> file;
    private final Checks checks;
    private final Hooks hooks;

    private Driving(Session session, FlagStore store, Optional<Path> file, ControllerConfiguration configuration) {
        this.session = session;
        this.store = store;
        this.file = file;
        this.checks = configuration.checks(store, session.kind().database());
        this.hooks = configuration.hooks();
    }

    /**
     * @param named the configuration's file; null: the one in the user's configuration directory, where there is one
     */
    static Driving of(Session session, FlagStore store, @Nullable String named) {
        Optional<Path> file = file(session.shell, named);
        try {
            return new Driving(
                    session,
                    store,
                    file,
                    file.isPresent() ? ControllerConfiguration.read(file.get()) : ControllerConfiguration.none());
        } catch (InvalidFlagException e) {
            throw new UsageException("the controller's configuration is not valid:\n" + e.getMessage(), e);
        }
    }

    private static Optional<Path> file(Shell shell, @Nullable String named) {
        if (named != null) {
            Path path = shell.path(named);
            if (!Files.isReadable(path)) {
                throw new UsageException("cannot read the controller's configuration " + path);
            }
            return Optional.of(path);
        }
        Path usual = Profiles.directory(shell).resolve("controller.yaml");
        return Files.exists(usual) ? Optional.of(usual) : Optional.empty();
    }

    /** One precondition, looked at from here. */
    record State(Precondition precondition, Optional<Boolean> passed, String why) {}

    /** What can be said from here; empty where only the controller's own configuration could tell. */
    List<State> look(RolloutPlan plan) {
        List<State> states = new ArrayList<>();
        for (Precondition precondition : plan.preconditions()) {
            Checks.Answer known = checks.knows(precondition);
            if (known.passed()) {
                Checks.Answer answer = checks.check(precondition);
                states.add(new State(precondition, Optional.of(answer.passed()), answer.why()));
            } else {
                states.add(new State(precondition, Optional.empty(), known.why()));
            }
        }
        return states;
    }

    /**
     * Before a start: what fails is said, and nothing is written.
     *
     * @param here whether this process will be the controller, so that nobody else's configuration counts
     * @return whether something is left that only the controller's own configuration can tell
     * @throws BlockedException when a precondition is not so, or nobody could ask a gate
     */
    boolean requirePreconditions(RolloutPlan plan, boolean here) {
        List<String> failing = new ArrayList<>();
        List<String> left = new ArrayList<>();
        boolean all = here || file.isPresent();
        for (State state : look(plan)) {
            String text = "precondition " + state.precondition().name() + ": " + state.why();
            if (state.passed().isPresent() ? !state.passed().get() : all) {
                failing.add(text);
            } else if (state.passed().isEmpty()) {
                left.add(text + "; the controller looks at it before the first stage");
            }
        }
        for (HookUse gate : plan.gates(true)) {
            if (!hooks.knows(gate.hook()) && all) {
                failing.add("gate " + gate.hook() + ": no such hook is " + where());
            } else if (!hooks.knows(gate.hook())) {
                left.add("gate " + gate.hook() + ": the controller asks it before the first stage");
            }
        }
        for (Guard guard : plan.guards()) {
            if (!here && guard instanceof Guard.Measured measured && guard.action() != Guard.Action.NOTIFY) {
                left.add("guard " + guard.name() + ": the controller measures " + measured.measurement()
                        + " before the first stage");
            }
        }
        refuse(failing);
        left.forEach(note -> session.shell.say("note: " + note));
        notes(plan, here).forEach(note -> session.shell.say("note: " + note));
        return !left.isEmpty();
    }

    /**
     * Asks the gates of a start that are known here, as the controller will once more.
     *
     * @throws BlockedException when one refuses
     */
    void askGates(RolloutPlan plan, Hooks.Call call) {
        for (HookUse gate : plan.gates(true)) {
            if (hooks.knows(gate.hook())) {
                Checks.Answer answer = hooks.call(gate.hook(), call);
                refuse(answer.passed() ? List.of() : List.of("gate " + gate.hook() + ": " + answer.why()));
            }
        }
    }

    private static void refuse(List<String> failing) {
        if (!failing.isEmpty()) {
            throw new BlockedException("not started, and nothing was written:\n" + String.join("\n", failing));
        }
    }

    private String where() {
        return file.map(path -> "in " + path).orElse("here, as there is no configuration");
    }

    /** What the plan names and this configuration does not have. */
    List<String> notes(RolloutPlan plan, boolean here) {
        List<String> notes = new ArrayList<>();
        if (!here && file.isEmpty()) {
            return notes;
        }
        String where = where();
        for (Guard guard : plan.guards()) {
            if (guard instanceof Guard.Measured measured
                    && !checks.knowsMeasurement(measured.measurement()).passed()) {
                notes.add("the measurement " + measured.measurement() + " is not " + where
                        + ": that guard has no data, and the rollout will hold");
            }
        }
        plan.hooks().stream()
                .filter(use -> !hooks.knows(use.hook()))
                .forEach(use -> notes.add("the hook " + use.hook() + " is not " + where
                        + (use.gate() ? ": it is a gate, so the rollout will not rise" : ": it is not called")));
        return notes;
    }

    /** Starts the controller, which ends in order also when the process is told to. */
    Driven start(ControllerListener listener) {
        String named = session.options.actor;
        return new Driven(
                RolloutController.builder(store, Actor.local(named == null ? ACTOR : named))
                        .checks(checks)
                        .hooks(hooks)
                        .settings(ControllerSettings.DEFAULT.atSpeed(session.shell.pace()))
                        .listener(listener)
                        .start(),
                session.shell);
    }

    /** A controller at work. */
    static final class Driven implements AutoCloseable {
        private final RolloutController controller;
        private final Shell shell;
        private final Thread atExit;

        private Driven(RolloutController controller, Shell shell) {
            this.controller = controller;
            this.shell = shell;
            this.atExit = new Thread(
                    () -> {
                        controller.close();
                        shell.say("the controller ended in order; the lease is free");
                    },
                    "flags-controller-end");
            Runtime.getRuntime().addShutdownHook(atExit);
        }

        /** Before the end: hooks that are still to be called are called, as far as that can be waited for. */
        void settle() throws InterruptedException {
            if (!controller.awaitHooks(HOOKS_WITHIN)) {
                shell.say("note: some hooks were not called yet; the next controller calls them");
            }
        }

        @Override
        public void close() {
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException e) {
                return; // the process ends already, and that thread is at it
            }
            controller.close();
        }
    }
}
