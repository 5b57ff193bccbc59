package dev.flags.rollout.controller;

import dev.flags.FlagsException;
import dev.flags.admin.AdminCommit;
import dev.flags.admin.AdminVerb;
import dev.flags.admin.FlagStates;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.RunFields;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Steps as commits: percentage, run and audit entry together.
 *
 * <p>What raises, and what merely moves the run, is based on the revision that was looked at: whoever changed the flag meanwhile has won.
 * A raise looks once more, inside its commit, at how old the evidence has become. What lowers goes through whatever was changed
 * meanwhile, unless the run is over. Not thread-safe; confine it to one thread.
 */
final class RunSteps {
    /** A reason is read by people. */
    private static final int LONGEST_REASON = 2_000;

    private final FlagStore store;
    private final AdminCommit commit;
    private final ControllerSettings settings;
    private final String controller;

    /** @param controller which process, for the audit entries */
    RunSteps(FlagStore store, Actor actor, ControllerSettings settings, String controller) {
        this.store = store;
        this.commit = new AdminCommit(store, actor);
        this.settings = settings;
        this.controller = controller;
    }

    /**
     * How it went.
     *
     * @param flag as it is now, when the step was taken; empty when somebody else was first, or it had become too late
     * @param confirmed whether it was read back
     * @param problem why not; or what the store has to say of the commit
     */
    record Taken(Optional<FlagState> flag, boolean confirmed, String problem) {
        static Taken overtaken(String problem) {
            return new Taken(Optional.empty(), false, problem);
        }
    }

    /** Takes a step that moves. Exceptions as {@link dev.flags.store.Storage} says. */
    Taken take(Look look, Step step) {
        return step.lowers() ? lower(look, step) : move(look, step);
    }

    private Taken move(Look look, Step step) {
        try {
            WriteOutcome outcome = commit.run(
                    verb(step, look, found -> {
                        if (step.raises()) {
                            requireFresh(look, found);
                        }
                        FlagState before = FlagStates.require(found, look.flag().key());
                        return AdminVerb.Plan.flag(moved(look, step, before, found), List.of());
                    }),
                    options(step).expecting(look.flag().revision()));
            return outcome instanceof WriteOutcome.Done done
                    ? new Taken(
                            Optional.ofNullable(done.after().get(look.flag().key())),
                            true,
                            String.join("; ", done.notes()))
                    : Taken.overtaken("somebody has changed the flag meanwhile");
        } catch (TooLate e) {
            return Taken.overtaken(String.valueOf(e.getMessage()));
        }
    }

    /** Evidence of a minute ago justifies nothing: this process may have been stopped in between. */
    private void requireFresh(Look look, Commit.Found found) {
        if (look.now().plus(settings.fresh()).isBefore(found.now())) {
            throw new TooLate(
                    "what was seen is " + Durations.text(Duration.between(look.now(), found.now())) + " old by now");
        }
        Requirements.unmetFlag(look.plan(), found::flag).ifPresent(why -> {
            throw new TooLate(why);
        });
    }

    private Taken lower(Look look, Step step) {
        Look.Due due = new Look.Due(step instanceof Step.StepBackTo down ? down.level() : Percentage.ZERO, step.why());
        String key = look.flag().key();
        WriteOutcome outcome = commit.run(
                verb(step, look, found -> {
                    FlagState before = found.flag(key);
                    boolean stands = before.activeRollout()
                            .filter(run -> run.id().equals(look.run().id()))
                            .isPresent();
                    return AdminVerb.Plan.flag(stands ? lowered(before, due, found) : before, List.of());
                }),
                options(step));
        FlagState now = store.flag(key);
        boolean confirmed = now.rollout()
                .filter(run -> run.id().equals(look.run().id()))
                .map(run -> due.isDone(percentage(now), run))
                .orElse(true); // another run has taken its place
        String said = outcome instanceof WriteOutcome.Done done ? String.join("; ", done.notes()) : "" + outcome;
        return new Taken(Optional.of(now), confirmed, said);
    }

    private static FlagState lowered(FlagState before, Look.Due due, Commit.Found found) {
        FlagDefinition definition = FlagStates.definition(before);
        RolloutRun run = before.rollout().orElseThrow();
        if (due.isDone(definition.percentage(), run)) {
            return before; // an earlier attempt has arrived after all
        }
        Percentage to = due.level().compareTo(definition.percentage()) < 0 ? due.level() : definition.percentage();
        return FlagStates.rolledOut(
                before,
                definition.withPercentage(to),
                run.in(State.ROLLING_BACK)
                        .with(RunFields.WHY, due.why())
                        .with(RunFields.STAGE_SINCE, found.now().toString())
                        .with(RunFields.HELD_PERCENTAGE, "")
                        .with(RunFields.APPROVED, ""));
    }

    private static FlagState moved(Look look, Step step, FlagState before, Commit.Found found) {
        FlagDefinition definition = FlagStates.definition(before);
        RolloutRun run = before.rollout().orElseThrow();
        if (step instanceof Step.Begin) {
            return raised(look, 0, before, found);
        } else if (step instanceof Step.Advance advance) {
            return raised(look, advance.stage(), before, found);
        }
        return FlagStates.rolledOut(before, definition, run(look, step, run, found));
    }

    private static FlagState raised(Look look, int stage, FlagState before, Commit.Found found) {
        FlagDefinition definition = FlagStates.definition(before);
        RolloutRun run = before.rollout().orElseThrow();
        Percentage planned = run.stages().get(stage).percentage();
        boolean behind = planned.compareTo(definition.percentage()) < 0; // never lowers what was set by hand
        RolloutRun next = run.at(stage)
                .in(stage == look.lastStage() ? State.SOAKING : State.RUNNING)
                .with(RunFields.STAGE_SINCE, found.now().toString())
                .with(RunFields.WHY, "")
                .with(RunFields.APPROVED, "")
                .with(RunFields.HELD_PERCENTAGE, "");
        return FlagStates.rolledOut(
                before,
                behind ? definition : definition.withPercentage(planned),
                look.latency()
                        .map(bound -> next.with(RunFields.LATENCY_COMPARISON, bound.toString()))
                        .orElse(next));
    }

    private static RolloutRun run(Look look, Step step, RolloutRun run, Commit.Found found) {
        if (step instanceof Step.Block) {
            return run.ended(State.BLOCKED, found.now()).with(RunFields.WHY, step.why());
        } else if (step instanceof Step.Complete) {
            return run.ended(State.COMPLETED, found.now()).with(RunFields.WHY, step.why());
        } else if (step instanceof Step.EndRolledBack) {
            return run.ended(State.ROLLED_BACK, found.now()).with(RunFields.WHY, step.why());
        } else if (step instanceof Step.AwaitApproval) {
            return run.in(State.AWAITING_APPROVAL).with(RunFields.WHY, "");
        } else if (step instanceof Step.Hold) {
            return run.in(State.HOLDING)
                    .with(RunFields.WHY, step.why())
                    .with(RunFields.HELD_PERCENTAGE, look.percentage().toString());
        } else if (step instanceof Step.GoOn) {
            return run.in(run.stage() == look.lastStage() ? State.SOAKING : State.RUNNING)
                    .with(RunFields.WHY, "")
                    .with(RunFields.HELD_PERCENTAGE, "");
        } else if (step instanceof Step.CompareLatency compare) {
            return run.with(RunFields.LATENCY_COMPARISON, compare.bound().toString());
        }
        throw new IllegalStateException("not a step that moves: " + step);
    }

    private AdminVerb verb(Step step, Look look, AdminVerb.Edit edit) {
        return AdminVerb.of(step.action(), List.of(look.flag().key()), edit)
                .with("run", look.run().id())
                .with("observed", look.progress().healthy().toString())
                .with("controller", controller);
    }

    /** The start has agreed to all that its plan brings, so nothing is asked again. */
    private static WriteOptions options(Step step) {
        String reason = step.why().isBlank() ? "by the plan" : step.why();
        return WriteOptions.because(
                        reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON - 1) + "…" : reason)
                .asConfirmed();
    }

    private static Percentage percentage(FlagState flag) {
        return flag.definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO);
    }

    /** What was seen justifies the raise no longer. */
    private static final class TooLate extends FlagsException {
        private static final long serialVersionUID = 1L;

        TooLate(String message) {
            super(message);
        }
    }
}
