package dev.flags.outcomes;

import java.util.Arrays;

/**
 * The latency bounds that calls are judged by, in nanoseconds. Bounds are only ever added, at the end, so that a bound keeps its index and
 * there is one list of each length. Immutable.
 */
final class Bounds {
    static final Bounds NONE = new Bounds(new long[0]);

    private final long[] nanos;
    /** A call in a bin below this one is faster than every bound; one in it, or above, has to be compared. */
    private final int firstEdge;

    private Bounds(long[] nanos) {
        this.nanos = nanos;
        int first = Integer.MAX_VALUE;
        for (long bound : nanos) {
            first = Math.min(first, LatencyBins.bin(bound));
        }
        this.firstEdge = first;
    }

    int count() {
        return nanos.length;
    }

    long nanos(int index) {
        return nanos[index];
    }

    /** Where the bound is; -1 when it is not among them. */
    int indexOf(long bound) {
        for (int i = 0; i < nanos.length; i++) {
            if (nanos[i] == bound) {
                return i;
            }
        }
        return -1;
    }

    /** These and one more; these when it is among them, or when there are as many as there may be. */
    Bounds with(long bound) {
        if (nanos.length == InFlight.MAX_BOUNDS || indexOf(bound) >= 0) {
            return this;
        }
        long[] more = Arrays.copyOf(nanos, nanos.length + 1);
        more[nanos.length] = bound;
        return new Bounds(more);
    }

    /** Whether calls of this latency bin are certain to be faster than every bound. */
    boolean areAllAbove(int bin) {
        return bin < firstEdge;
    }
}
