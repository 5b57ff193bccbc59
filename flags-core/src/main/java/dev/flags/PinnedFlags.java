package dev.flags;

import dev.flags.evaluation.Snapshot;
import org.jspecify.annotations.Nullable;

/** Answers from one snapshot for ever. */
final class PinnedFlags extends SnapshotDecisions {
    private final @Nullable Snapshot snapshot;

    PinnedFlags(@Nullable Snapshot snapshot, Observations observations) {
        super(observations);
        this.snapshot = snapshot;
    }

    @Override
    @Nullable
    Snapshot snapshot() {
        return snapshot;
    }
}
