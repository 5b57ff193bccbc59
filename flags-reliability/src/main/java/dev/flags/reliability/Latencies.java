package dev.flags.reliability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long decisions took, counted by nanosecond up to 65 µs; longer ones count as that. In all, and in windows of {@value #WINDOW}: of
 * these the median p99 is what decisions usually took, which a moment in which another process had the processor does not change. Not
 * thread-safe; confine it to one thread until it is read.
 */
final class Latencies {
    private static final int END = 1 << 16;
    private static final int WINDOW = 2_000;

    private final int[] counts = new int[END];
    private final int[] window = new int[END];
    private final List<Long> windows = new ArrayList<>();
    private long total;

    void record(long nanos) {
        int counted = (int) Math.min(nanos, END - 1);
        counts[counted]++;
        window[counted]++;
        total++;
        if (total % WINDOW == 0) {
            windows.add(p99(window, WINDOW));
            Arrays.fill(window, 0);
        }
    }

    /** {@return whether there are enough decisions for an honest p99} */
    boolean isEnough() {
        return !windows.isEmpty();
    }

    /** {@return nanoseconds within which 99 of 100 decisions ended, or 0 when there were none} */
    long p99() {
        return p99(counts, total);
    }

    /** {@return the median of the windows' p99s, or 0 when there is none} */
    long usualP99() {
        return windows.isEmpty() ? 0 : windows.stream().sorted().toList().get(windows.size() / 2);
    }

    private static long p99(int[] counts, long total) {
        long rank = (long) Math.ceil(total * 0.99);
        long seen = 0;
        for (int nanos = 0; nanos < END; nanos++) {
            seen += counts[nanos];
            if (seen >= rank && rank > 0) {
                return nanos;
            }
        }
        return 0;
    }
}
