package dev.flags.rollout;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.AdminVerb;
import dev.flags.admin.BlockedException;
import dev.flags.admin.FlagStates;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.model.RolloutRun.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What persons do with a rollout that is under way, as edits. */
final class RunMoves {
    private final String key;
    private final String by;
    private final String because;

    /**
     * @param by who
     * @param reason why; may be empty
     */
    RunMoves(String key, String by, String reason) {
        this.key = key;
        this.by = by;
        this.because = reason.isBlank() ? "" : ": " + reason.strip();
    }

    /**
     * One stage up, or to the last; approves where that is what is waited for.
     *
     * @param watch what the controller saw last of this run
     */
    AdminVerb.Edit promote(boolean full, Optional<RunWatch> watch) {
        return found -> {
            FlagState before = FlagStates.require(found, key);
            RolloutRun run = active(before);
            int last = run.stages().size() - 1;
            boolean controlled = !run.manual();
            if (run.state() == State.AWAITING_APPROVAL && !full) {
                return AdminVerb.Plan.flag(
                        FlagStates.rolledOut(before, enabled(before), run.with(RunFields.APPROVED, (long) run.stage())),
                        List.of("approved: the controller raises " + key + " to "
                                + run.stages()
                                        .get(Math.min(run.stage() + 1, last))
                                        .percentage()
                                + " as soon as guards and preconditions allow it"));
            }
            if (run.state() == State.PREFLIGHT) {
                throw new RolloutException(
                        "the rollout of " + key + " has not begun: it waits for a controller to look at its"
                                + " preconditions. Run 'flags controller', or abort it and start it with --manual");
            }
            if (run.state() != State.RUNNING
                    && run.state() != State.SOAKING
                    && run.state() != State.AWAITING_APPROVAL) {
                throw new RolloutException("the rollout of " + key + " is " + name(run) + "; 'flags rollout resume "
                        + key + "' goes on with it first");
            }
            if (run.stage() == last) {
                return AdminVerb.Plan.flag(
                        FlagStates.rolledOut(
                                before,
                                FlagStates.definition(before),
                                settled(run)
                                        .ended(State.COMPLETED, found.now())
                                        .with(RunFields.WHY, "completed by " + by + because)),
                        List.of("the last stage was reached: the rollout is completed"));
            }
            requirePreconditions(run, watch);
            List<String> notes = new ArrayList<>();
            Stage leaving = run.stages().get(run.stage());
            String early = controlled
                            && run.state() == State.RUNNING
                            && !leaving.bake().isZero()
                    ? " before the bake of stage " + (run.stage() + 1) + " was over" + baked(run, leaving, watch)
                    : "";
            if (!early.isEmpty()) {
                notes.add("promoted" + early + "; the guards go on watching");
            }
            int next = full ? last : run.stage() + 1;
            RolloutRun raised = settled(run)
                    .at(next)
                    .in(controlled && next == last ? State.SOAKING : State.RUNNING)
                    .with(RunFields.STAGE_SINCE, found.now().toString())
                    .with(RunFields.WHY, "promoted by " + by + early + because);
            return promoted(before, raised, notes);
        };
    }

    /** A person is quick, and must not be quicker than the migration. */
    private void requirePreconditions(RolloutRun run, Optional<RunWatch> watch) {
        String failing = watch.filter(seen -> seen.run().equals(run.id()))
                .map(seen -> seen.preconditions().entrySet().stream()
                        .filter(precondition -> !precondition.getValue().isEmpty())
                        .map(precondition -> precondition.getKey() + " (" + precondition.getValue() + ")")
                        .sorted()
                        .collect(Collectors.joining(", ")))
                .orElse("");
        if (!failing.isEmpty()) {
            throw new BlockedException(
                    "the rollout of " + key + " goes no higher while these preconditions fail: " + failing);
        }
    }

    private static String baked(RolloutRun run, Stage stage, Optional<RunWatch> watch) {
        String of = DurationText.of(stage.bake());
        return watch.filter(seen -> seen.run().equals(run.id()) && seen.stage() == run.stage())
                .map(seen ->
                        " (" + DurationText.of(Duration.ofSeconds(seen.healthy().toSeconds())) + " of " + of + ")")
                .orElse(" (" + of + ")");
    }

    private AdminVerb.Plan promoted(FlagState before, RolloutRun run, List<String> notes) {
        FlagDefinition definition = enabled(before);
        Percentage planned = run.stages().get(run.stage()).percentage();
        boolean behind = planned.compareTo(definition.percentage()) < 0;
        if (behind) {
            notes.add("the stage plans " + planned + ", and " + key + " stays at the " + definition.percentage()
                    + " that was set by hand");
        }
        return AdminVerb.Plan.flag(
                FlagStates.rolledOut(before, behind ? definition : definition.withPercentage(planned), run), notes);
    }

    AdminVerb.Edit pause() {
        return found -> {
            FlagState before = FlagStates.require(found, key);
            RolloutRun run = active(before);
            if (run.state() == State.ROLLING_BACK) {
                throw new RolloutException(
                        "the rollout of " + key + " is rolling back; a pause would keep up what it takes back");
            }
            return unmoved(
                    before,
                    run.state() == State.PAUSED
                            ? run
                            : settled(run).in(State.PAUSED).with(RunFields.WHY, "paused by " + by + because));
        };
    }

    AdminVerb.Edit resume() {
        return found -> {
            FlagState before = FlagStates.require(found, key);
            RolloutRun run = active(before);
            switch (run.state()) {
                case PAUSED, HOLDING -> {
                    if (!run.manual()) {
                        enabled(before);
                    }
                    return unmoved(before, settled(run).in(goingOn(run)));
                }
                case RUNNING, SOAKING, PREFLIGHT -> {
                    return unmoved(before, run);
                }
                case AWAITING_APPROVAL ->
                    throw new RolloutException("the rollout of " + key + " waits for approval; 'flags rollout promote "
                            + key + "' gives it");
                default ->
                    throw new RolloutException("the rollout of " + key + " is " + name(run)
                            + "; only one that is paused or on hold is resumed");
            }
        };
    }

    /** The stage stays: a change by hand was a change of the percentage, not of the plan. */
    private static State goingOn(RolloutRun run) {
        if (run.manual()) {
            return State.RUNNING;
        }
        if (!run.extra().containsKey(RunFields.STAGE_SINCE)) {
            return State.PREFLIGHT;
        }
        return run.stage() == run.stages().size() - 1 ? State.SOAKING : State.RUNNING;
    }

    AdminVerb.Edit abort(AbortTo to) {
        return found -> {
            FlagState before = FlagStates.require(found, key);
            RolloutRun run = active(before);
            return to instanceof AbortTo.Gradually
                    ? stepped(before, run, found.now())
                    : aborted(before, run, target(before, run, to), found.now());
        };
    }

    private AdminVerb.Plan aborted(FlagState before, RolloutRun run, Percentage to, Instant now) {
        FlagDefinition definition = FlagStates.definition(before);
        if (to.compareTo(definition.percentage()) > 0) {
            throw new RolloutException("an abort only lowers, and " + key + " serves " + definition.percentage()
                    + " now, which is below " + to);
        }
        RolloutRun ended = settled(run).ended(State.ABORTED, now).with(RunFields.WHY, "aborted by " + by + because);
        FlagState after = FlagStates.rolledOut(before, definition.withPercentage(to), ended);
        return AdminVerb.Plan.flag(after, FlagStates.stillServed(after));
    }

    /** The first step is taken at once, whether or not a controller is there. */
    private AdminVerb.Plan stepped(FlagState before, RolloutRun run, Instant now) {
        if (run.manual()) {
            throw new RolloutException("nobody watches the rollout of " + key
                    + ", which a person promotes; say how far down with 'flags rollout abort " + key + " --to N'");
        }
        FlagDefinition definition = FlagStates.definition(before);
        if (run.state() == State.ROLLING_BACK) {
            return unmoved(before, run);
        }
        if (definition.percentage().isZero() || !run.extra().containsKey(RunFields.STAGE_SINCE)) {
            return aborted(before, run, definition.percentage(), now);
        }
        Percentage level = RolloutPlan.of(run).levelBelow(definition.percentage());
        RolloutRun down = settled(run)
                .in(State.ROLLING_BACK)
                .with(RunFields.STAGE_SINCE, now.toString())
                .with(RunFields.WHY, "taken back step by step by " + by + because);
        FlagState after = FlagStates.rolledOut(before, definition.withPercentage(level), down);
        List<String> notes = new ArrayList<>();
        notes.add(
                level.isZero()
                        ? "no level is left between: " + key + " is at 0 %"
                        : key + " is at " + level
                                + "; the controller takes it lower while a guard is breached, and ends the rollout where it is healthy");
        notes.addAll(FlagStates.stillServed(after));
        return AdminVerb.Plan.flag(after, notes);
    }

    /** Where somebody has set less by hand meanwhile than there was before the run, that stays: the run must end all the same. */
    private static Percentage target(FlagState before, RolloutRun run, AbortTo to) {
        if (to instanceof AbortTo.At at) {
            return at.percentage();
        }
        Percentage now = FlagStates.definition(before).percentage();
        return run.percentageBefore().compareTo(now) < 0 ? run.percentageBefore() : now;
    }

    /** Without what was true of the state that is left. */
    private static RolloutRun settled(RolloutRun run) {
        return run.with(RunFields.WHY, "").with(RunFields.HELD_PERCENTAGE, "").with(RunFields.APPROVED, "");
    }

    private FlagDefinition enabled(FlagState before) {
        FlagDefinition definition = FlagStates.definition(before);
        if (!definition.enabled()) {
            throw new RolloutException("the flag " + key
                    + " is disabled, so that nobody would see this stage; 'flags enable " + key + "' comes first");
        }
        return definition;
    }

    private static AdminVerb.Plan unmoved(FlagState before, RolloutRun run) {
        return AdminVerb.Plan.flag(FlagStates.rolledOut(before, FlagStates.definition(before), run), List.of());
    }

    static RolloutRun active(FlagState state) {
        return state.activeRollout()
                .orElseThrow(() -> new NoSuchFlagException("the flag '" + state.key() + "' has no rollout under way"
                        + state.rollout()
                                .map(run -> "; its last one is " + name(run))
                                .orElse("")));
    }

    static String name(RolloutRun run) {
        return run.state().name();
    }
}
