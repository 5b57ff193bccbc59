package dev.flags.rollout.controller;

import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes the lease, prolongs it and knows when it has to be given up, by this process' own monotonic clock: it counts from before the
 * question, so that it ends here before it ends in the store. Not thread-safe; confine it to one thread.
 */
final class LeaseKeeper {
    private final ControllerRecords records;
    private final String holder;
    private final ControllerSettings settings;
    private final LongSupplier nanos;
    private @Nullable Lease lease;
    private long takenNanos;

    LeaseKeeper(ControllerRecords records, String holder, ControllerSettings settings, LongSupplier nanos) {
        this.records = records;
        this.holder = holder;
        this.settings = settings;
        this.nanos = nanos;
    }

    /** The lease, taken or prolonged when it is time; empty while somebody else has it. */
    Optional<Lease> hold() {
        long now = nanos.getAsLong();
        Lease known = lease;
        if (known != null && now - takenNanos < settings.nanos(settings.renew())) {
            return Optional.of(known);
        }
        try {
            Optional<Lease> taken = records.acquire(holder, settings.lease());
            lease = taken.orElse(null);
            takenNanos = now;
        } catch (RuntimeException e) {
            if (!isHeld()) {
                lease = null;
            }
            throw e;
        }
        return held();
    }

    /** The lease, while this process may still act under it. */
    Optional<Lease> held() {
        return isHeld() ? Optional.ofNullable(lease) : Optional.empty();
    }

    private boolean isHeld() {
        return lease != null && nanos.getAsLong() - takenNanos < settings.nanos(settings.giveUp());
    }

    /** Somebody else has taken it. */
    void lost() {
        lease = null;
    }

    /** Gives it back, so that the next one need not wait for its end. */
    void release() {
        Lease known = lease;
        lease = null;
        if (known != null) {
            records.release(known);
        }
    }
}
