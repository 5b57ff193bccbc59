package dev.flags.outcomes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The store's time, kept going by this process' monotonic clock between questions, so that neither a wrong local clock nor one that is
 * set moves the windows. Until the store has answered once the local clock must do. Safe for use by multiple threads.
 */
final class StoreTime {
    private static final long ASK_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanos;
    private volatile Known known;

    private record Known(Instant time, long atNanos, boolean fromStore) {}

    StoreTime(LongSupplier nanos, Clock local) {
        this.nanos = nanos;
        this.known = new Known(local.instant(), nanos.getAsLong(), false);
    }

    Instant now() {
        Known last = known;
        return last.time().plusNanos(nanos.getAsLong() - last.atNanos());
    }

    boolean isOld() {
        return !known.fromStore() || nanos.getAsLong() - known.atNanos() > ASK_AGAIN_NANOS;
    }

    /** Asks the store; half of the time that the answer took is taken for the way back. */
    void ask(OutcomeSink store) {
        long before = nanos.getAsLong();
        Instant told = store.now();
        long after = nanos.getAsLong();
        known = new Known(told, before + (after - before) / 2, true);
    }
}
