package dev.flags.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All records of one flag under its one revision. Immutable.
 *
 * @param key the flag's key
 * @param revision the environment's revision that last changed any of the records; 0 when the flag was never stored
 * @param definition empty when only a kill latch is there, or when the document is malformed
 * @param kill the latch, when killed
 * @param rollout the last run, final or not
 * @param updatedAt when it was last changed, by the store's clock
 * @param updatedBy by whom
 * @param problems why a record could not be understood; empty when all could
 */
public record FlagState(
        String key,
        long revision,
        Optional<FlagDefinition> definition,
        Optional<KillLatch> kill,
        Optional<RolloutRun> rollout,
        Instant updatedAt,
        String updatedBy,
        List<Problem> problems) {
    public FlagState {
        problems = List.copyOf(problems);
    }

    /** A flag that was never stored. */
    public static FlagState absent(String key) {
        return new FlagState(
                key, 0, Optional.empty(), Optional.empty(), Optional.empty(), Instant.EPOCH, "", List.of());
    }

    /** Whether there is a definition that is not archived. */
    public boolean isLive() {
        return definition.isPresent() && !definition.get().archived();
    }

    /** Whether there is a definition that cannot be understood. */
    public boolean isMalformed() {
        return definition.isEmpty() && !problems.isEmpty();
    }

    /** The run, when it is not over. */
    public Optional<RolloutRun> activeRollout() {
        return rollout.filter(run -> !run.state().isFinal());
    }
}
