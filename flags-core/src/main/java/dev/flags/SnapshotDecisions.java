package dev.flags;

import dev.flags.evaluation.AttributeReader;
import dev.flags.evaluation.CompiledFlag;
import dev.flags.evaluation.Outcome;
import dev.flags.evaluation.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers from a snapshot. What is asked for, a user id, a context or an application's own object, goes to the evaluator as it is
 * with a reader of its attributes, so that nothing is wrapped or allocated.
 */
abstract class SnapshotDecisions implements FlagDecisions {
    private static final AttributeReader<EvaluationContext> OF_CONTEXT = AttributeReader.OF_CONTEXT;

    final Observations observations;

    SnapshotDecisions(Observations observations) {
        this.observations = observations;
    }

    /** The snapshot to answer from; null before anything was loaded. */
    abstract @Nullable Snapshot snapshot();

    @Override
    public boolean isEnabled(String key, @Nullable String userId, boolean defaultValue) {
        return isEnabled(key, userId, AttributeReader.ANONYMOUS, OF_CONTEXT, defaultValue);
    }

    @Override
    public boolean isEnabled(String key, @Nullable EvaluationContext context, boolean defaultValue) {
        return isEnabled(key, targetingKey(context), context, OF_CONTEXT, defaultValue);
    }

    <S> boolean isEnabled(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            boolean defaultValue) {
        Snapshot current = snapshot();
        CompiledFlag flag = current == null ? null : current.flag(key);
        if (flag == null) {
            observations.unknown(key, current != null);
            return defaultValue;
        }
        Outcome outcome = flag.evaluate(targetingKey, subject, attributes);
        outcome.count();
        if (outcome.reason() == Reason.NO_TARGETING_KEY) {
            observations.withoutTargetingKey(flag);
        }
        if (outcome.isBoolean()) {
            return outcome.on();
        }
        if (outcome.value() != null) {
            observations.typeMismatch(flag.key(), "boolean");
        }
        return defaultValue;
    }

    @Override
    public String stringValue(String key, @Nullable EvaluationContext context, String defaultValue) {
        return observations.string(key, counted(key, targetingKey(context), context, OF_CONTEXT), defaultValue);
    }

    @Override
    public long longValue(String key, @Nullable EvaluationContext context, long defaultValue) {
        return observations.integer(key, counted(key, targetingKey(context), context, OF_CONTEXT), defaultValue);
    }

    @Override
    public double doubleValue(String key, @Nullable EvaluationContext context, double defaultValue) {
        return observations.real(key, counted(key, targetingKey(context), context, OF_CONTEXT), defaultValue);
    }

    @Override
    public <T> T value(String key, @Nullable EvaluationContext context, Class<T> type, T defaultValue) {
        return observations.bound(key, counted(key, targetingKey(context), context, OF_CONTEXT), type, defaultValue);
    }

    /** Evaluates and counts; the served value, or null where the caller's default applies. */
    <S> @Nullable Object counted(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        Snapshot current = snapshot();
        CompiledFlag flag = current == null ? null : current.flag(key);
        if (flag == null) {
            observations.unknown(key, current != null);
            return null;
        }
        Outcome outcome = flag.evaluate(targetingKey, subject, attributes);
        outcome.count();
        if (outcome.reason() == Reason.NO_TARGETING_KEY) {
            observations.withoutTargetingKey(flag);
        }
        return outcome.value();
    }

    @Override
    public Decision decide(String key, @Nullable EvaluationContext context) {
        return decide(key, targetingKey(context), context, OF_CONTEXT);
    }

    <S> Decision decide(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        Snapshot current = snapshot();
        CompiledFlag flag = current == null ? null : current.flag(key);
        if (flag == null) {
            observations.unknown(key, current != null);
            return undecided(key, current);
        }
        Outcome outcome = flag.evaluate(targetingKey, subject, attributes);
        outcome.count();
        return flag.decision(outcome, targetingKey, subject, attributes);
    }

    @Override
    public Explanation explain(String key, @Nullable EvaluationContext context) {
        Snapshot current = snapshot();
        CompiledFlag flag = current == null ? null : current.flag(key);
        if (flag == null) {
            Decision decision = undecided(key, current);
            String text = current == null ? "nothing has been loaded yet" : "no layer knows this flag";
            return new Explanation(decision, List.of(new Explanation.Step("layer", true, text)));
        }
        return flag.explain(targetingKey(context), context, OF_CONTEXT);
    }

    @Override
    public Map<String, Decision> all(@Nullable EvaluationContext context) {
        Snapshot current = snapshot();
        Map<String, Decision> decisions = new TreeMap<>();
        if (current != null) {
            String targetingKey = targetingKey(context);
            for (CompiledFlag flag : current.flags()) {
                decisions.put(flag.key(), flag.decide(targetingKey, context, OF_CONTEXT));
            }
        }
        return decisions;
    }

    @Override
    public <U> UserFlags<U> forUsers(
            Function<? super U, @Nullable String> targetingKey, AttributeReader<? super U> attributes) {
        return new SnapshotUserFlags<>(this, targetingKey, attributes);
    }

    private static Decision undecided(@Nullable String key, @Nullable Snapshot current) {
        Reason reason = current == null ? Reason.NOT_READY : Reason.FLAG_NOT_FOUND;
        return new Decision(
                key == null ? "" : key,
                null,
                null,
                reason,
                null,
                OptionalInt.empty(),
                null,
                current == null ? 0 : current.revision());
    }

    /** An application's own context may throw; that counts as no targeting key. */
    private static @Nullable String targetingKey(@Nullable EvaluationContext context) {
        if (context == null) {
            return null;
        }
        try {
            return context.targetingKey();
        } catch (RuntimeException e) {
            return null;
        }
    }
}
