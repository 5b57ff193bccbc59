package dev.flags.reliability;

import java.util.Arrays;

/**
 * How long decisions took, in the order in which they were asked for. In a p99 65 µs stands for whatever was longer. Not thread-safe; confine it to one
 * thread until it is read.
 */
final class Latencies {

    /** What disturbs a measurement lasts for a while: so many in a row are drawn together when it is asked how sure a p99 is. */
    private static final int BLOCK = 1_000;

    /** Fewer make no honest p99. */
    static final int ENOUGH = 50_000;

    private static final int END = 1 << 16;

    private int[] nanos = new int[1 << 16];
    private int size;
    private long longest;

    /**
     * @param took nanoseconds, the mean of a batch
     */
    void record(long took) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = (int) Math.min(took, END - 1);
        longest = Math.max(longest, took);
    }

    boolean isEnough() {
        return size >= ENOUGH;
    }

    /** {@return nanoseconds within which 99 of 100 decisions ended, or 0 when there were none} */
    long p99() {
        int[] counts = new int[END];
        count(0, size, counts);
        return p99(counts, size);
    }

    /** {@return the longest mean of a batch, in nanoseconds, however long it was} */
    long longest() {
        return longest;
    }

    int blocks() {
        return size / BLOCK;
    }

    /** {@return the p99 of some blocks, each as often as it is named} */
    long p99(int[] drawn) {
        int[] counts = new int[END];
        for (int block : drawn) {
            count(block * BLOCK, (block + 1) * BLOCK, counts);
        }
        return p99(counts, (long) drawn.length * BLOCK);
    }

    private void count(int from, int to, int[] counts) {
        for (int i = from; i < to; i++) {
            counts[nanos[i]]++;
        }
    }

    private static long p99(int[] counts, long total) {
        long rank = (long) Math.ceil(total * 0.99);
        long seen = 0;
        for (int value = 0; value < END; value++) {
            seen += counts[value];
            if (seen >= rank && rank > 0) {
                return value;
            }
        }
        return 0;
    }
}
