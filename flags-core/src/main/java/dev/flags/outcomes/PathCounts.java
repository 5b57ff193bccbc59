package dev.flags.outcomes;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Calls of one path since the process began. Safe for use by multiple threads. */
final class PathCounts {
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
    private final LongAdder succeededNanos = new LongAdder();
    private final LongAdder failedNanos = new LongAdder();

    void count(boolean failure, long nanos) {
        if (failure) {
            failed.increment();
            failedNanos.add(nanos);
        } else {
            succeeded.increment();
            succeededNanos.add(nanos);
        }
    }

    FlagCalls.Arm sums() {
        return new FlagCalls.Arm(
                succeeded.sum(),
                Duration.ofNanos(succeededNanos.sum()),
                failed.sum(),
                Duration.ofNanos(failedNanos.sum()));
    }
}
