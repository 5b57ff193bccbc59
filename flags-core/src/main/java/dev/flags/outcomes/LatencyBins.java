package dev.flags.outcomes;

import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * How long calls took, in logarithmic bins of 1 % relative error: the mapping of DDSketch (Masson, Rim and Lee, 2019). A duration of x
 * microseconds is in the bin {@code ceil(ln x / ln γ)} with {@code γ = 1.01 / 0.99}; the middle of bin i is {@code 2 γ^i / (γ + 1)}.
 * At most a microsecond is bin 0, an hour and more the last.
 *
 * <p>Memory is taken in pieces as durations come up. Safe for use by multiple threads; one at a time may take.
 */
public final class LatencyBins {
    static final double GAMMA = 1.01 / 0.99;
    private static final double LN_GAMMA = Math.log(GAMMA);
    /** One hour. */
    static final int LAST_BIN = (int) Math.ceil(Math.log(3_600e6) / LN_GAMMA);

    /** Of a microsecond. */
    private static final int LOWEST_POWER = 9;

    private static final int STEP_BITS = 6;

    /** The longest duration of each bin but the last, in nanoseconds. */
    private static final long[] LONGEST = longest();
    /** The bin of the shortest duration of each {@link #step}. */
    private static final short[] BIN_OF_STEP = binOfStep();

    private static final int PIECE = 64;

    private final AtomicReferenceArray<AtomicIntegerArray> pieces = new AtomicReferenceArray<>(LAST_BIN / PIECE + 1);

    LatencyBins() {}

    /**
     * What a call of this bin took, within 1 %.
     *
     * @param bin as outcome rows have it: 0 for a microsecond and less, at most that of an hour, which stands for anything above
     */
    public static Duration middle(int bin) {
        return Duration.ofNanos(Math.round(2_000 * Math.pow(GAMMA, bin) / (GAMMA + 1)));
    }

    /** The bin of a duration, looked up: a logarithm would cost as much as a look at the clock. */
    static int bin(long nanos) {
        if (nanos <= 1_000) {
            return 0;
        }
        if (nanos > LONGEST[LAST_BIN - 1]) {
            return LAST_BIN;
        }
        int first = BIN_OF_STEP[step(nanos)];
        return nanos > LONGEST[first] ? first + 1 : first;
    }

    /** The rule itself. */
    static int binByRule(long nanos) {
        if (nanos <= 1_000) {
            return 0;
        }
        return Math.min(LAST_BIN, (int) Math.ceil(Math.log(nanos / 1_000.0) / LN_GAMMA));
    }

    /**
     * Steps are equally long from one power of two to the next. Each is shorter than the bins there, so that at most one bin ends in it.
     */
    private static int step(long nanos) {
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        return ((power - LOWEST_POWER) << STEP_BITS) + (int) (nanos >>> (power - STEP_BITS)) - (1 << STEP_BITS);
    }

    private static long[] longest() {
        long[] longest = new long[LAST_BIN];
        for (int bin = 0; bin < LAST_BIN; bin++) {
            long nanos = Math.round(1_000 * Math.pow(GAMMA, bin));
            while (binByRule(nanos) > bin) {
                nanos--;
            }
            while (binByRule(nanos + 1) <= bin) {
                nanos++;
            }
            longest[bin] = nanos;
        }
        return longest;
    }

    private static short[] binOfStep() {
        short[] bins = new short[step(LONGEST[LAST_BIN - 1]) + 1];
        for (int step = 0; step < bins.length; step++) {
            long shortest = ((step & ((1L << STEP_BITS) - 1)) + (1 << STEP_BITS))
                    << (LOWEST_POWER + (step >>> STEP_BITS) - STEP_BITS);
            bins[step] = (short) binByRule(shortest);
        }
        return bins;
    }

    /**
     * Counts a call.
     *
     * @param bin as {@link #bin} says
     */
    void count(int bin) {
        AtomicIntegerArray piece = pieces.get(bin / PIECE);
        if (piece == null) {
            AtomicIntegerArray made = new AtomicIntegerArray(PIECE);
            AtomicIntegerArray before = pieces.compareAndExchange(bin / PIECE, null, made);
            piece = before == null ? made : before;
        }
        piece.getAndIncrement(bin % PIECE);
    }

    /**
     * Adds what was counted since it was last asked.
     *
     * @param taken calls by bin
     * @return how many were added
     */
    long takeInto(SortedMap<Integer, Long> taken) {
        long calls = 0;
        for (int p = 0; p < pieces.length(); p++) {
            AtomicIntegerArray piece = pieces.get(p);
            for (int i = 0; piece != null && i < PIECE; i++) {
                int count = piece.get(i) == 0 ? 0 : piece.getAndSet(i, 0);
                if (count != 0) {
                    taken.merge(p * PIECE + i, Integer.toUnsignedLong(count), Long::sum);
                    calls += Integer.toUnsignedLong(count);
                }
            }
        }
        return calls;
    }
}
