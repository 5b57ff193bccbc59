package dev.flags.evaluation;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A rule: its conditions, and one outcome or several by a split. Immutable. Safe for use by multiple threads. */
final class CompiledRule {
    private final String id;
    private final Matcher[] conditions;
    private final @Nullable Outcome outcome;
    private final @Nullable SplitPlan split;
    private final BucketKey bucketKey;
    private final Outcome withoutKey;

    CompiledRule(
            String id,
            Matcher[] conditions,
            @Nullable Outcome outcome,
            @Nullable SplitPlan split,
            BucketKey bucketKey,
            Outcome withoutKey) {
        this.id = id;
        this.conditions = conditions;
        this.outcome = outcome;
        this.split = split;
        this.bucketKey = bucketKey;
        this.withoutKey = withoutKey;
    }

    String id() {
        return id;
    }

    List<Matcher> conditions() {
        return List.of(conditions);
    }

    @Nullable
    SplitPlan split() {
        return split;
    }

    BucketKey bucketKey() {
        return bucketKey;
    }

    boolean matches(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        return Matcher.all(conditions, targetingKey, subject, attributes) == Match.YES;
    }

    Outcome serve(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        if (split == null) {
            return Objects.requireNonNull(outcome);
        }
        String key = bucketKey.read(targetingKey, subject, attributes);
        return key == null ? withoutKey : split.choose(key);
    }
}
