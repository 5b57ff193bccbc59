package dev.flags.admin;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a rollout that is under way when other verbs change its flag. A person's change stays: the rollout waits until it is
 * resumed. The one exception is a rollout that goes down, which nobody stops by raising what it takes back.
 *
 * @param by who changes the flag
 * @param now by the store's clock
 */
record UnderWay(String by, Instant now) {
    /** Where a controller notes at which percentage it has put a run on hold, after which it goes on by itself. */
    private static final String HELD_PERCENTAGE = "heldPercentage";

    /** Which stage a person has agreed to leave. */
    private static final String APPROVED = "approved";

    /** When the percentage came into force; not there before the first stage. */
    private static final String STAGE_SINCE = "stageSince";

    private static final String WHY = "why";

    private static final Set<State> CLIMBS =
            Set.of(State.PREFLIGHT, State.RUNNING, State.SOAKING, State.AWAITING_APPROVAL, State.HOLDING);

    /**
     * With another definition.
     *
     * @throws BlockedException when it would raise the percentage of a flag whose rollout is rolling back
     */
    FlagState redefined(FlagState state, FlagDefinition definition) {
        if (definition.archived()) {
            return archived(state, definition);
        }
        FlagState after = FlagStates.with(state, Optional.of(definition), state.kill(), state.rollout());
        Optional<RolloutRun> run = state.activeRollout();
        if (run.isEmpty()) {
            return after;
        }
        boolean moved = state.definition()
                .filter(d -> d.percentage().equals(definition.percentage()))
                .isEmpty();
        if (moved) {
            return FlagStates.with(
                    after, after.definition(), after.kill(), Optional.of(moved(state, run.get(), definition)));
        }
        boolean disabled = !definition.enabled()
                && state.definition().filter(FlagDefinition::enabled).isPresent();
        return disabled ? disabled(after) : after;
    }

    private RolloutRun moved(FlagState state, RolloutRun run, FlagDefinition definition) {
        if (run.state() == State.DRAFT) {
            return run;
        }
        if (run.state() != State.ROLLING_BACK) {
            return held(inForce(run), by + " set the percentage to " + definition.percentage());
        }
        boolean raises = state.definition()
                .filter(d -> d.percentage().compareTo(definition.percentage()) >= 0)
                .isEmpty();
        if (raises) {
            throw new BlockedException("the rollout of " + state.key() + " is rolling back"
                    + (run.why().isEmpty() ? "" : " (" + run.why() + ")")
                    + ", and its percentage is not raised meanwhile; 'flags rollout abort " + state.key()
                    + " --to previous' or --to N ends that first");
        }
        return inForce(run);
    }

    /** What was observed before says nothing of the percentage that is served from now on. */
    private RolloutRun inForce(RolloutRun run) {
        return run.extra().containsKey(STAGE_SINCE) ? run.with(STAGE_SINCE, now.toString()) : run;
    }

    /** With a rollout that climbs, or would by itself, put on hold: nobody is observed while a flag is off. */
    FlagState disabled(FlagState state) {
        return state.activeRollout()
                .filter(run -> CLIMBS.contains(run.state()))
                .filter(run -> run.state() != State.HOLDING || run.extra().containsKey(HELD_PERCENTAGE))
                .map(run -> FlagStates.with(
                        state, state.definition(), state.kill(), Optional.of(held(run, by + " disabled the flag"))))
                .orElse(state);
    }

    /** Archived, and with its rollout ended. */
    FlagState archived(FlagState state, FlagDefinition definition) {
        Optional<RolloutRun> run = state.activeRollout().isPresent()
                ? state.rollout().map(r -> settled(r).ended(State.ABORTED, now).with(WHY, by + " archived the flag"))
                : state.rollout();
        return FlagStates.with(
                state, Optional.of(definition.toBuilder().archived(true).build()), state.kill(), run);
    }

    /**
     * As it comes back from a saved snapshot: nobody has watched it meanwhile, so it waits for a person, unless it was on its way down.
     *
     * @param killed whether the flag is
     */
    RolloutRun restored(RolloutRun run, boolean killed) {
        State was = run.state();
        if (was.isFinal()) {
            return run;
        }
        if (killed) {
            return settled(run).ended(State.KILLED, now);
        }
        if (was == State.PAUSED || was == State.DRAFT || was == State.ROLLING_BACK) {
            return inForce(run);
        }
        return held(inForce(run), by + " restored the flag from a saved snapshot");
    }

    /** On hold until a person resumes it. */
    private static RolloutRun held(RolloutRun run, String why) {
        return settled(run).in(State.HOLDING).with(WHY, why);
    }

    private static RolloutRun settled(RolloutRun run) {
        return run.with(HELD_PERCENTAGE, "").with(APPROVED, "");
    }
}
