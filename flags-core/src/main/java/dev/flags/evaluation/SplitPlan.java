package dev.flags.evaluation;

import dev.flags.model.Percentage;
import dev.flags.model.Split;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * How a split's second bucket chooses: part i of total weight W covers the buckets from floor(cumulated weight before it × 100,000 /
 * W) up to where the next begins. Immutable.
 */
final class SplitPlan {
    private final Bucketing bucketing;
    private final int[] ends;
    private final Outcome[] outcomes;

    private SplitPlan(Bucketing bucketing, int[] ends, Outcome[] outcomes) {
        this.bucketing = bucketing;
        this.ends = ends;
        this.outcomes = outcomes;
    }

    static SplitPlan of(String salt, Split split, Function<String, Outcome> outcomeOf) {
        List<Split.Part> parts = split.parts();
        int[] ends = new int[parts.size()];
        Outcome[] outcomes = new Outcome[parts.size()];
        long total = split.total();
        long cumulated = 0;
        for (int i = 0; i < ends.length; i++) {
            cumulated += parts.get(i).weight();
            ends[i] = (int) (cumulated * Percentage.BUCKETS / total);
            outcomes[i] = outcomeOf.apply(parts.get(i).variant());
        }
        return new SplitPlan(Bucketing.of(salt + "/split"), ends, outcomes);
    }

    Outcome choose(String key) {
        return outcomes[part(bucketing.bucket(key))];
    }

    private int part(int bucket) {
        int part = 0;
        while (part < ends.length - 1 && bucket >= ends[part]) {
            part++;
        }
        return part;
    }

    int bucket(String key) {
        return bucketing.bucket(key);
    }

    /** For a person: {@code split bucket 12,548 lies in 0..50,000 of variant a}. */
    String describe(String key) {
        int bucket = bucketing.bucket(key);
        int part = part(bucket);
        return String.format(
                Locale.ROOT,
                "split bucket %,d lies in %,d..%,d, the part of '%s'",
                bucket,
                part == 0 ? 0 : ends[part - 1],
                ends[part] - 1,
                outcomes[part].variant());
    }
}
