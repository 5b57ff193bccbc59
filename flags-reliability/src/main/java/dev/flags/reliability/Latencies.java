package dev.flags.reliability;

/**
 * How long decisions took, counted by nanosecond up to 65 µs; longer ones count as that. Not thread-safe; confine it to one thread
 * until it is read.
 */
final class Latencies {

    private static final int END = 1 << 16;

    private final int[] counts = new int[END];
    private long total;

    void record(long nanos) {
        counts[(int) Math.min(nanos, END - 1)]++;
        total++;
    }

    long total() {
        return total;
    }

    /** {@return nanoseconds within which this share of the decisions ended, or 0 when there were none} */
    long quantile(double share) {
        long rank = (long) Math.ceil(total * share);
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
