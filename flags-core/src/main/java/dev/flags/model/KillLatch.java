package dev.flags.model;

import java.time.Instant;
import java.util.Map;

/**
 * Forces a flag's off variant and keeps everything else about it untouched; stays until someone lifts it. Immutable.
 *
 * @param at when, by the store's clock
 * @param by who
 * @param reason why; {@code unspecified} when nobody said
 * @param endedRollout whether it ended a rollout, so that lifting it returns at 0 %
 * @param extra fields this version does not know, kept as they are
 */
public record KillLatch(Instant at, String by, String reason, boolean endedRollout, Map<String, Object> extra) {
    public KillLatch {
        extra = JsonValues.freeze(extra);
    }

    /**
     * The latch to go by where there is one that cannot be read: a kill is never lost to a malformed document.
     *
     * @param at when it was found
     */
    public static KillLatch unreadable(Instant at) {
        return new KillLatch(at, "unknown", "the latch cannot be read", false, Map.of());
    }
}
