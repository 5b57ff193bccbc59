package dev.flags.evaluation;

import dev.flags.model.Percentage;
import org.jspecify.annotations.Nullable;

/** A percentage as a condition: whether the bucket of salt + {@code /rule/} + rule id is below the boundary. */
record ShareMatcher(Bucketing bucketing, BucketKey bucketKey, Percentage percentage, boolean negate)
        implements Matcher {
    @Override
    public Match match(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        if (percentage.isZero() || percentage.isFull()) {
            return Match.of(percentage.isFull()).negatedIf(negate);
        }
        String key = bucketKey.read(targetingKey, subject, attributes);
        return key == null
                ? Match.UNKNOWN
                : Match.of(bucketing.bucket(key) < percentage.buckets()).negatedIf(negate);
    }

    @Override
    public String describe() {
        return (negate ? "not " : "") + "within " + percentage + " by " + bucketKey.describe();
    }

    @Override
    public String found(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        String key = bucketKey.read(targetingKey, subject, attributes);
        return key == null
                ? bucketKey.describe() + " is missing"
                : bucketKey.describe() + " " + Shares.comparison(bucketing.bucket(key), percentage.buckets());
    }
}
