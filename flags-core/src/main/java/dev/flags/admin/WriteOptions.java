package dev.flags.admin;

import java.util.OptionalLong;

/**
 * What every write takes. Immutable.
 *
 * @param reason why; empty is recorded as {@code unspecified}, and refused by a protected environment for all but kill, disable, and
 *     pausing or aborting a rollout
 * @param dryRun works out the change and writes nothing
 * @param expectedRevision the flag's revision that the change is based on ({@code apply} and {@code undo --all}: the
 *     environment's); another one is a conflict
 * @param confirmed whether a person has agreed to what {@link WriteOutcome.NeedsConfirmation} asks
 */
public record WriteOptions(String reason, boolean dryRun, OptionalLong expectedRevision, boolean confirmed) {
    /** No reason, for real, whatever the revision, not confirmed. */
    public static final WriteOptions DEFAULT = new WriteOptions("", false, OptionalLong.empty(), false);

    public static WriteOptions because(String reason) {
        return DEFAULT.withReason(reason);
    }

    public WriteOptions withReason(String to) {
        return new WriteOptions(to, dryRun, expectedRevision, confirmed);
    }

    public WriteOptions asDryRun() {
        return new WriteOptions(reason, true, expectedRevision, confirmed);
    }

    public WriteOptions expecting(long revision) {
        return new WriteOptions(reason, dryRun, OptionalLong.of(revision), confirmed);
    }

    public WriteOptions asConfirmed() {
        return new WriteOptions(reason, dryRun, expectedRevision, true);
    }
}
