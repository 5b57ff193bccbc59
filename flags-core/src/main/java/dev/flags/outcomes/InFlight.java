package dev.flags.outcomes;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Calls that have begun and not ended, so that one that hangs is seen when it passes a bound. Each holds a slot with its start and, in
 * the lowest bits, the bounds that it has been counted as slow for: whoever changes the slot, by compare-and-set, counts, so that the
 * calling thread and the one that looks for hanging calls never count the same twice. A call that has passed all bounds gives its slot
 * up. When there is no slot the call is only judged at its end.
 *
 * <p>Safe for use by multiple threads.
 */
final class InFlight {
    static final int NO_SLOT = -1;
    /** One bit each. */
    static final int MAX_BOUNDS = 7;

    private static final long BITS = (1L << MAX_BOUNDS) - 1;
    private static final long EMPTY = 0;
    /** Taken, and its user not yet written. */
    private static final long BEGINNING = 1;

    static final int SLOTS = 1_024;
    private static final int PROBES = 16;

    private final AtomicLongArray starts = new AtomicLongArray(SLOTS);
    private final long[] users = new long[SLOTS];

    /** Told of a call that has passed a bound while running. */
    interface Passed {
        void bound(int index, long user);
    }

    private static long token(long startNanos) {
        long token = startNanos & ~BITS;
        return token == EMPTY ? BITS + 1 : token;
    }

    /** Takes a slot, or returns {@link #NO_SLOT}. */
    int enter(long startNanos, long user) {
        // a thread's own place first: most threads have one call on their way
        int slot = ((int) Thread.currentThread().getId() * 0x9E3779B1) >>> 22;
        for (int probe = 0; probe < PROBES; probe++) {
            if (starts.getPlain(slot) == EMPTY && starts.compareAndSet(slot, EMPTY, BEGINNING)) {
                users[slot] = user;
                starts.setRelease(slot, token(startNanos));
                return slot;
            }
            slot = ThreadLocalRandom.current().nextInt(SLOTS);
        }
        return NO_SLOT;
    }

    /**
     * Gives the slot back.
     *
     * @return the bounds, one bit each, that the call has been counted as slow for
     */
    int exit(int slot, long startNanos) {
        long token = token(startNanos);
        while (true) {
            long found = starts.get(slot);
            if ((found & ~BITS) != token) {
                return (int) BITS;
            }
            if (starts.compareAndSet(slot, found, EMPTY)) {
                return (int) (found & BITS);
            }
        }
    }

    /** Looks for calls that have passed bounds. Called by one thread at a time. */
    void pass(long nowNanos, Bounds bounds, Passed passed) {
        int all = (1 << bounds.count()) - 1;
        for (int slot = 0; slot < SLOTS; slot++) {
            long found = starts.get(slot);
            if (found == EMPTY || found == BEGINNING) {
                continue;
            }
            long age = nowNanos - (found & ~BITS);
            int mask = (int) (found & BITS);
            int now = mask;
            for (int i = 0; i < bounds.count(); i++) {
                now |= age > bounds.nanos(i) ? 1 << i : 0;
            }
            if (now == mask) {
                continue;
            }
            long user = users[slot];
            long after = now == all ? EMPTY : (found & ~BITS) | now;
            if (starts.compareAndSet(slot, found, after)) {
                for (int i = 0; i < bounds.count(); i++) {
                    if (((now & ~mask) & (1 << i)) != 0) {
                        passed.bound(i, user);
                    }
                }
            }
        }
    }
}
