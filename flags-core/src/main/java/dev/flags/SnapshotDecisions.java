package dev.flags;

import dev.flags.evaluation.AttributeReader;
import dev.flags.outcomes.Choice;
import dev.flags.outcomes.Choosing;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers for user ids and contexts from one snapshot: from the same one for ever when pinned, from the newest in {@link LayeredFlags},
 * which replaces it. Safe for use by multiple threads.
 */
class SnapshotDecisions implements FlagDecisions {
    final SubjectDecisions decisions;

    SnapshotDecisions(SubjectDecisions decisions) {
        this.decisions = decisions;
    }

    private static @Nullable String keyOf(@Nullable EvaluationContext context) {
        if (context == null) {
            return null;
        }
        try {
            return context.targetingKey();
        } catch (Throwable thrownByTheApplication) {
            // its code, in the middle of its request: no key is the answer that fails closed
            return null;
        }
    }

    @Override
    public final boolean isEnabled(String key, @Nullable String userId, boolean defaultValue) {
        return decisions.isEnabled(key, userId, null, AttributeReader.OF_CONTEXT, defaultValue);
    }

    @Override
    public final boolean isEnabled(String key, @Nullable EvaluationContext context, boolean defaultValue) {
        return decisions.isEnabled(key, keyOf(context), context, AttributeReader.OF_CONTEXT, defaultValue);
    }

    @Override
    public final String stringValue(String key, @Nullable EvaluationContext context, String defaultValue) {
        return decisions.stringValue(key, keyOf(context), context, AttributeReader.OF_CONTEXT, defaultValue);
    }

    @Override
    public final long longValue(String key, @Nullable EvaluationContext context, long defaultValue) {
        return decisions.longValue(key, keyOf(context), context, AttributeReader.OF_CONTEXT, defaultValue);
    }

    @Override
    public final double doubleValue(String key, @Nullable EvaluationContext context, double defaultValue) {
        return decisions.doubleValue(key, keyOf(context), context, AttributeReader.OF_CONTEXT, defaultValue);
    }

    @Override
    public final <T> T value(String key, @Nullable EvaluationContext context, Class<T> type, T defaultValue) {
        return decisions.value(key, keyOf(context), context, AttributeReader.OF_CONTEXT, type, defaultValue);
    }

    @Override
    public final Decision decide(String key, @Nullable EvaluationContext context) {
        return decisions.decide(key, keyOf(context), context, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Decision decide(String key, @Nullable EvaluationContext context, Class<?> type) {
        return decisions.decide(key, keyOf(context), context, AttributeReader.OF_CONTEXT, type);
    }

    @Override
    public final Choosing choose(String key, @Nullable String userId) {
        return decisions.choose(key, null, userId, null, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Choosing choose(String key, @Nullable EvaluationContext context) {
        return decisions.choose(key, null, keyOf(context), context, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Choosing choose(Choice choice, @Nullable String userId) {
        return decisions.choose(choice.key(), choice, userId, null, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Choosing choose(Choice choice, @Nullable EvaluationContext context) {
        return decisions.choose(choice.key(), choice, keyOf(context), context, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Explanation explain(String key, @Nullable EvaluationContext context) {
        return decisions.explain(key, keyOf(context), context, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Map<String, Decision> all(@Nullable EvaluationContext context) {
        return decisions.all(keyOf(context), context, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final boolean prepare(@Nullable String userId, Duration atMost) {
        return decisions.prepare(userId, atMost);
    }

    @Override
    public final boolean prepare(@Nullable EvaluationContext context, Duration atMost) {
        return decisions.prepare(keyOf(context), atMost);
    }

    @Override
    public final <U> UserFlags<U> forUsers(
            Function<? super U, @Nullable String> targetingKey, AttributeReader<? super U> attributes) {
        return new SnapshotUserFlags<>(decisions, targetingKey, attributes);
    }
}
