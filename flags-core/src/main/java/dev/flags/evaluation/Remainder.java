package dev.flags.evaluation;

import dev.flags.model.Percentage;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Decides by percentage and split what nothing before it has decided. Immutable. Safe for use by multiple threads. */
final class Remainder {
    final int boundary;
    private final Bucketing bucketing;
    final BucketKey bucketKey;
    final Outcome control;
    final Outcome treatment;
    final @Nullable SplitPlan split;
    final Outcome withoutKey;

    Remainder(
            int boundary,
            Bucketing bucketing,
            BucketKey bucketKey,
            Outcome control,
            Outcome treatment,
            @Nullable SplitPlan split,
            Outcome withoutKey) {
        this.boundary = boundary;
        this.bucketing = bucketing;
        this.bucketKey = bucketKey;
        this.control = control;
        this.treatment = treatment;
        this.split = split;
        this.withoutKey = withoutKey;
    }

    boolean isPartial() {
        return boundary > 0 && boundary < Percentage.BUCKETS;
    }

    boolean isFull() {
        return boundary == Percentage.BUCKETS;
    }

    Outcome decide(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        if (split == null && isFull()) {
            return treatment;
        }
        String key = bucketKey.read(targetingKey, subject, attributes);
        if (key == null) {
            return withoutKey;
        }
        if (isPartial()) {
            if (bucketing.bucket(key) >= boundary) {
                return control;
            }
        } else if (boundary == 0) {
            return control;
        }
        return split == null ? treatment : split.choose(key);
    }

    int bucket(String key) {
        return bucketing.bucket(key);
    }

    /** The bucket that a decision tells: the one compared with the percentage, or at 100 % that of the split. */
    OptionalInt decidingBucket(
            @Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        String key = bucketKey.read(targetingKey, subject, attributes);
        if (key == null) {
            return OptionalInt.empty();
        }
        if (isPartial()) {
            return OptionalInt.of(bucketing.bucket(key));
        }
        return split != null && isFull() ? OptionalInt.of(split.bucket(key)) : OptionalInt.empty();
    }
}
