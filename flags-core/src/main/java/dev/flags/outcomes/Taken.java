package dev.flags.outcomes;

import java.util.concurrent.atomic.LongAdder;

/**
 * A counter that is read in portions. It only ever rises, and a portion is what it has risen by: what is added while it is read is part of
 * this portion or of the next, never of both and never of none. Many threads may add, one at a time may take.
 */
final class Taken {
    private final LongAdder sum = new LongAdder();
    private long before;

    void increment() {
        sum.increment();
    }

    void add(long more) {
        sum.add(more);
    }

    /** How much was added since it was last asked. */
    long take() {
        long now = sum.sum();
        long risen = now - before;
        before = now;
        return risen;
    }
}
