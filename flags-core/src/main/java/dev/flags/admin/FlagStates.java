package dev.flags.admin;

import dev.flags.NoSuchFlagException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.KillLatch;
import dev.flags.model.RolloutRun;
import dev.flags.store.Commit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A flag's state with one of its records changed, and what a person should know of it. Safe for use by multiple threads. */
public final class FlagStates {
    private FlagStates() {}

    /**
     * A flag that is there and not archived.
     *
     * @throws NoSuchFlagException when there is none
     */
    public static FlagState require(Commit.Found found, String key) {
        FlagState state = found.flag(key);
        if (isKnown(state)) {
            return state;
        }
        throw new NoSuchFlagException(
                state.definition().isPresent()
                        ? "the flag '" + key + "' is archived; 'flags undo " + key + "' brings it back"
                        : "there is no flag '" + key + "'");
    }

    /**
     * The definition of a flag that is there.
     *
     * @throws NoSuchFlagException when there is none
     * @throws InvalidFlagException when it cannot be understood
     */
    public static FlagDefinition definition(FlagState state) {
        if (state.isMalformed()) {
            throw new InvalidFlagException(state.problems());
        }
        return state.definition()
                .filter(definition -> !definition.archived())
                .orElseThrow(() -> new NoSuchFlagException(
                        "there is no flag '" + state.key() + "' in this store, only a kill latch of that name"));
    }

    /** Whether the store has a live or malformed definition of it, or a latch. */
    static boolean isKnown(FlagState state) {
        return state.isLive() || state.kill().isPresent() || state.isMalformed();
    }

    /** With another definition and run, as the steps of a rollout make it. */
    public static FlagState rolledOut(FlagState state, FlagDefinition definition, RolloutRun run) {
        return with(state, Optional.of(definition), state.kill(), Optional.of(run));
    }

    static FlagState with(
            FlagState state,
            Optional<FlagDefinition> definition,
            Optional<KillLatch> kill,
            Optional<RolloutRun> rollout) {
        return new FlagState(
                state.key(),
                state.revision(),
                definition,
                kill,
                rollout,
                state.updatedAt(),
                state.updatedBy(),
                state.problems());
    }

    /** Whether a kill stands above what it says, or its rollout is on hold. */
    public static List<String> notes(FlagState after) {
        List<String> notes = new ArrayList<>();
        after.kill()
                .ifPresent(kill -> notes.add(after.key() + " stays killed (by " + kill.by() + ": " + kill.reason()
                        + "); 'flags unkill " + after.key() + "' lifts it"));
        after.rollout()
                .filter(run -> run.state() == RolloutRun.State.HOLDING)
                .ifPresent(run -> notes.add("the rollout of " + after.key() + " is on hold; 'flags rollout resume "
                        + after.key() + "' goes on from this percentage"));
        return notes;
    }

    /** Which targets and rules serve something other than the off variant, whatever the percentage is. */
    public static List<String> stillServed(FlagState after) {
        List<String> notes = new ArrayList<>();
        if (after.kill().isPresent()) {
            return notes;
        }
        after.definition().filter(FlagDefinition::enabled).ifPresent(definition -> {
            definition.targets().stream()
                    .filter(target -> !target.variant().equals(definition.offVariant()))
                    .forEach(target -> notes.add("targets still serve '" + target.variant() + "' to "
                            + target.keys().size() + " by name"));
            definition.rules().stream()
                    .filter(rule -> rule.serve()
                            .variant()
                            .filter(definition.offVariant()::equals)
                            .isEmpty())
                    .forEach(rule -> notes.add("rule '" + rule.id() + "' still serves "
                            + rule.serve().variant().map(v -> "'" + v + "'").orElse("its split")
                            + " to whomever it matches"));
        });
        return notes;
    }
}
