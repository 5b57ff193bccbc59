package dev.flags.outcomes;

/**
 * Whether this process takes a flag's new path; closed when a rollout begins, whatever was before. Immutable.
 *
 * @param flag the flag's key
 * @param state what it does
 * @param calls how many calls of the new path it judged when it entered the state
 * @param failures how many of these failed
 * @param diverted how many calls were sent the old path instead, since the process began
 */
public record BreakerStatus(String flag, State state, long calls, long failures, long diverted) {
    /** What the breaker does with calls for the new path. */
    public enum State {
        /** They take it. */
        CLOSED,
        /** They take the old path at once. */
        OPEN,
        /** One at a time takes the new path, to see whether it does well again; the others take the old one. */
        HALF_OPEN
    }
}
