package dev.flags.rollout.evidence;

import dev.flags.rollout.Verdict.Status;
import java.time.Instant;

/**
 * What a guard said when it was last asked. Immutable.
 *
 * @param since since when it has said so
 */
record Standing(Status status, Instant since) {
    boolean isBreached() {
        return status == Status.BREACHED;
    }

    Standing then(Status next, Instant now) {
        return next == status ? this : new Standing(next, now);
    }
}
