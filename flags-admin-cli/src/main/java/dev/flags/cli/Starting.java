package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.rollout.RunWatch;
import dev.flags.rollout.checks.Hooks;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a rollout begins. What can be asked from here is asked before anything is written; what only the controller's own configuration
 * can tell, the controller is waited for. Confined to one thread.
 */
final class Starting {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final WriteVerb verb;
    private final Session session;
    private final FlagStore store;
    private final String key;
    private final RolloutPlan plan;
    private final Driving driving;

    /** The id that the new run will have. */
    final String run = Rollouts.newRun();

    private @Nullable FlagState last;

    Starting(WriteVerb verb, FlagStore store, String key, RolloutPlan plan, Driving driving) {
        this.verb = verb;
        this.session = verb.session;
        this.store = store;
        this.key = key;
        this.plan = plan;
        this.driving = driving;
    }

    /**
     * Asks preconditions and gates from here.
     *
     * @param here whether this process will be the controller
     * @param start begins the run
     * @return whether something is left that only the controller can tell
     * @throws dev.flags.FlagsException when it is refused: nothing was written
     */
    boolean ask(boolean here, Function<WriteOptions, WriteOutcome> start) {
        boolean left = driving.requirePreconditions(plan, here);
        // a gate is somebody's program: it is asked last, and only of a start that can be
        if (!verb.args.dryRun
                && !plan.gates(true).isEmpty()
                && start.apply(verb.args.toOptions().asDryRun()) instanceof WriteOutcome.Done) {
            driving.askGates(plan, question());
        }
        return left;
    }

    private Hooks.Call question() {
        Percentage now =
                store.flag(key).definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO);
        return new Hooks.Call(
                Hooks.Call.idOfRaise(run, 0),
                HookUse.Event.START,
                store.now(),
                store.environment(),
                key,
                run,
                session.actor().name(),
                now,
                plan.stages().get(0).percentage(),
                "asked before the start");
    }

    /**
     * Asks, writes the start down, and waits for what only the controller can tell.
     *
     * @param here whether this process will be the controller
     * @param start begins the run
     * @return the exit code
     */
    int begin(boolean here, Function<WriteOptions, WriteOutcome> start, Duration atMost) {
        boolean left = ask(here, start);
        int code = verb.write(store, start);
        return code == ExitCode.DONE && left && !verb.args.dryRun ? verdict(atMost) : code;
    }

    /** After the start: what the controller says of it, as an exit code. */
    private int verdict(Duration atMost) {
        if (RolloutView.nobodyControls(store)) {
            return ExitCode.DONE; // the start has said so
        }
        if (!atMost.isZero()) {
            session.shell.say("waiting for the controller's answer, at most " + Times.text(atMost));
            Watch.run(session, store, atMost, LOOK_AGAIN, this::isAwaited);
        }
        Optional<FlagState> seen = Optional.ofNullable(last);
        Optional<RolloutRun> begun =
                seen.flatMap(FlagState::rollout).filter(found -> found.id().equals(run));
        if (begun.isEmpty()) {
            session.shell.say("note: the controller was not waited for; 'flags rollout status " + key
                    + "' shows how the rollout stands");
            return ExitCode.DONE;
        }
        return told(seen.orElseThrow(), begun.get());
    }

    private boolean isAwaited(FlagStore from) {
        try {
            last = from.flag(key);
            return last.rollout()
                            .filter(begun -> begun.id().equals(run) && begun.state() == RolloutRun.State.PREFLIGHT)
                            .isPresent()
                    && !RolloutView.nobodyControls(from);
        } catch (StoreUnavailableException e) {
            return true; // it is committed; whether the store comes back in time is waited for, too
        }
    }

    private int told(FlagState flag, RolloutRun begun) {
        String status = "'flags rollout status " + key + "'";
        switch (begun.state()) {
            case PREFLIGHT -> {
                if (RolloutView.nobodyControls(store)) {
                    session.shell.say(
                            "note: the controller has gone; nothing moves until one runs: 'flags controller'");
                    return ExitCode.DONE;
                }
                String awaited = unmet();
                session.shell.say("the controller has not answered yet" + (awaited.isEmpty() ? "" : ": " + awaited)
                        + "\nThe rollout goes on by itself when it does; " + status
                        + " shows how it stands, 'flags rollout abort "
                        + key + "' ends it.");
                return ExitCode.NOT_IN_TIME;
            }
            case BLOCKED -> {
                String unmet = unmet();
                return new Failures(session)
                        .report(
                                new FlagsException("the controller does not begin the rollout of " + key
                                        + ", and nothing was raised: " + (unmet.isEmpty() ? begun.why() : unmet)),
                                ExitCode.BLOCKED,
                                "It stays BLOCKED. When that is mended, 'flags rollout retry " + key
                                        + "' begins it anew.");
            }
            default -> {
                session.shell.say("the controller has begun: " + key + " is at "
                        + flag.definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO) + ", "
                        + begun.state());
                return RolloutFollowing.codeOf(begun.state());
            }
        }
    }

    /** All that the controller saw not to be so. */
    private String unmet() {
        return RunWatch.read(store, key).filter(watch -> watch.run().equals(run)).stream()
                .flatMap(watch -> watch.preconditions().entrySet().stream())
                .filter(precondition -> !precondition.getValue().isEmpty())
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .collect(Collectors.joining("\n"));
    }
}
