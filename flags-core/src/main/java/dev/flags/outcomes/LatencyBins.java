package dev.flags.outcomes;

import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
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

    static int bin(long nanos) {
        if (nanos <= 1_000) {
            return 0;
        }
        return Math.min(LAST_BIN, (int) Math.ceil(Math.log(nanos / 1_000.0) / LN_GAMMA));
    }

    void count(long nanos) {
        int bin = bin(nanos);
        AtomicIntegerArray piece = pieces.get(bin / PIECE);
        if (piece == null) {
            AtomicIntegerArray made = new AtomicIntegerArray(PIECE);
            AtomicIntegerArray before = pieces.compareAndExchange(bin / PIECE, null, made);
            piece = before == null ? made : before;
        }
        piece.getAndIncrement(bin % PIECE);
    }

    /** What was counted since it was last asked, by bin. */
    SortedMap<Integer, Long> take() {
        SortedMap<Integer, Long> taken = new TreeMap<>();
        for (int p = 0; p < pieces.length(); p++) {
            AtomicIntegerArray piece = pieces.get(p);
            for (int i = 0; piece != null && i < PIECE; i++) {
                int count = piece.get(i) == 0 ? 0 : piece.getAndSet(i, 0);
                if (count != 0) {
                    taken.put(p * PIECE + i, Integer.toUnsignedLong(count));
                }
            }
        }
        return taken;
    }
}
