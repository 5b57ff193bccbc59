package dev.flags.evaluation;

import dev.flags.DecisionCount;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often each variant of each flag was served, over all snapshots of one {@code Flags}. Counting is an addition without
 * contention; what is counted is bounded, so that neither keys made up at run time nor years of flags fill the memory. Safe for
 * use by multiple threads.
 */
public final class DecisionCounters {
    /** Stands for the variant where the caller's default applied. */
    public static final String DEFAULT = "(default)";
    /** Stands for flags beyond the bound. */
    public static final String OTHER = "(other)";
    /** How many series of flag and variant are told apart; the rest is counted together. */
    static final int MAX_SERIES = 100_000;
    /** How many keys that no layer knows are told apart. */
    static final int MAX_UNKNOWN_KEYS = 1_000;

    /** Compared by hand: what a record generates for it on first use costs a cold JVM some 10 ms. */
    private record Series(String key, String variant) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Series that && key.equals(that.key) && variant.equals(that.variant);
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + variant.hashCode();
        }
    }

    private final ConcurrentMap<Series, LongAdder> adders = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LongAdder> unknown = new ConcurrentHashMap<>();
    private final LongAdder other = new LongAdder();
    private final LongAdder otherUnknown = new LongAdder();
    private final AtomicInteger unknownKeys = new AtomicInteger();
    private final AtomicInteger series = new AtomicInteger();

    /** The counter of a flag's variant; always the same one. */
    LongAdder adder(String key, String variant) {
        Series wanted = new Series(key, variant);
        LongAdder adder = adders.get(wanted);
        if (adder != null) {
            return adder;
        }
        if (series.get() >= MAX_SERIES) {
            return other;
        }
        LongAdder fresh = new LongAdder();
        LongAdder before = adders.putIfAbsent(wanted, fresh);
        if (before != null) {
            return before;
        }
        series.incrementAndGet();
        return fresh;
    }

    /** Counts that the caller's default applied to a flag that is known: another type was asked for, or nothing is known. */
    public void countDefault(String key) {
        adder(key, DEFAULT).increment();
    }

    /**
     * Counts a key that no layer knows.
     *
     * @return whether it is seen for the first time and within the bound, so that it is worth a line in the log
     */
    public boolean countUnknown(String key) {
        LongAdder adder = unknown.get(key);
        if (adder != null) {
            adder.increment();
            return false;
        }
        if (unknownKeys.get() >= MAX_UNKNOWN_KEYS) {
            otherUnknown.increment();
            return false;
        }
        LongAdder fresh = new LongAdder();
        LongAdder before = unknown.putIfAbsent(key, fresh);
        (before == null ? fresh : before).increment();
        if (before != null) {
            return false;
        }
        unknownKeys.incrementAndGet();
        return true;
    }

    /** What was counted, by flag and variant; nothing that is zero. */
    public List<DecisionCount> counts() {
        Map<Series, Long> sums = new HashMap<>();
        adders.forEach((one, adder) -> sums.merge(one, adder.sum(), Long::sum));
        // a key may have been asked for before its flag was made
        unknown.forEach((key, adder) -> sums.merge(new Series(key, DEFAULT), adder.sum(), Long::sum));
        sums.put(new Series(OTHER, OTHER), other.sum());
        sums.put(new Series(OTHER, DEFAULT), otherUnknown.sum());
        return sums.entrySet().stream()
                .filter(sum -> sum.getValue() != 0)
                .map(sum -> new DecisionCount(sum.getKey().key(), sum.getKey().variant(), sum.getValue()))
                .sorted(Comparator.comparing(DecisionCount::key).thenComparing(DecisionCount::variant))
                .toList();
    }
}
