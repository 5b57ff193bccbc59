package dev.flags.rollout.statistics;

import dev.flags.outcomes.LatencyBins;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long calls took, for people to look at: quantiles within 1 %, from the bins of outcome rows (Masson, Rim and Lee, DDSketch: a fast
 * and fully-mergeable quantile sketch with relative-error guarantees, VLDB 2019). Guards do not use it, they count calls that were slow.
 * Immutable. Safe for use by multiple threads.
 */
public final class LatencySketch {
    /** Of no calls. */
    public static final LatencySketch NONE = new LatencySketch(Collections.emptySortedMap());

    private final SortedMap<Integer, Long> bins;
    private final long calls;

    private LatencySketch(SortedMap<Integer, Long> bins) {
        this.bins = bins;
        this.calls = bins.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Of the calls of one row.
     *
     * @param bins calls by bin, as in an outcome row
     */
    public static LatencySketch of(SortedMap<Integer, Long> bins) {
        return NONE.add(bins);
    }

    /** With the calls of another row. */
    public LatencySketch add(SortedMap<Integer, Long> more) {
        SortedMap<Integer, Long> sum = new TreeMap<>(bins);
        more.forEach((bin, count) -> sum.merge(bin, count, Long::sum));
        return new LatencySketch(sum);
    }

    /** With the calls of another sketch, in any order the same. */
    public LatencySketch merge(LatencySketch other) {
        return add(other.bins);
    }

    public long calls() {
        return calls;
    }

    /**
     * How long a call took that this part of all calls did not take longer than, within 1 %. An hour stands for anything above. Empty
     * without calls.
     *
     * @param part 0.5 for the median, 0.95 for the p95; between 0 and 1
     */
    public Optional<Duration> quantile(double part) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("a quantile is between 0 and 1, was " + part);
        }
        double rank = part * (calls - 1);
        long passed = 0;
        for (Map.Entry<Integer, Long> bin : bins.entrySet()) {
            passed += bin.getValue();
            if (passed > rank) {
                return Optional.of(LatencyBins.middle(bin.getKey()));
            }
        }
        return Optional.empty();
    }

    /** Calls by bin, ascending. */
    public SortedMap<Integer, Long> bins() {
        return Collections.unmodifiableSortedMap(bins);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatencySketch that && bins.equals(that.bins);
    }

    @Override
    public int hashCode() {
        return bins.hashCode();
    }

    @Override
    public String toString() {
        return calls + " calls " + bins;
    }
}
