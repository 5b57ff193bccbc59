package dev.flags;

import dev.flags.evaluation.AttributeReader;
import dev.flags.evaluation.CompiledFlag;
import dev.flags.evaluation.Outcome;
import dev.flags.evaluation.Snapshot;
import dev.flags.outcomes.Choice;
import dev.flags.outcomes.Choosing;
import dev.flags.outcomes.OutcomeRecorder;
import dev.flags.outcomes.Route;
import dev.flags.outcomes.Router;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers from one snapshot: from the same one for ever when pinned, from the newest in {@link LayeredFlags}, which replaces it.
 * A boolean decision is: read the snapshot, look the flag up, evaluate, add one to a counter. Safe for use by multiple threads.
 */
class SnapshotDecisions implements FlagDecisions, Router {
    final Evaluating evaluating;
    private final Counting counting;

    /** Null until a layer has loaded. */
    private volatile @Nullable Snapshot snapshot;

    /** What all decisions of one {@link Flags} share. */
    record Evaluating(Counting counting, ServedValues values, OutcomeRecorder outcomes) {
        Evaluating(Notices notices, OutcomeRecorder outcomes) {
            this(new Counting(notices), new ServedValues(notices), outcomes);
        }
    }

    SnapshotDecisions(Evaluating evaluating, @Nullable Snapshot snapshot) {
        this.evaluating = evaluating;
        this.counting = evaluating.counting();
        this.snapshot = snapshot;
    }

    final @Nullable Snapshot snapshot() {
        return snapshot;
    }

    final void serve(Snapshot newer) {
        snapshot = newer;
        evaluating.outcomes().served(newer);
    }

    private @Nullable CompiledFlag flag(@Nullable String key) {
        Snapshot current = snapshot;
        return current == null ? null : current.flag(key);
    }

    @Override
    public final boolean isEnabled(String key, @Nullable String userId, boolean defaultValue) {
        return isEnabled(key, userId, null, AttributeReader.OF_CONTEXT, defaultValue);
    }

    @Override
    public final boolean isEnabled(String key, @Nullable EvaluationContext context, boolean defaultValue) {
        return isEnabled(key, keyOf(context), context, AttributeReader.OF_CONTEXT, defaultValue);
    }

    final <S> boolean isEnabled(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            boolean defaultValue) {
        CompiledFlag flag = flag(key);
        if (flag == null) {
            missing(key);
            return defaultValue;
        }
        Outcome outcome = flag.evaluate(targetingKey, subject, attributes);
        if (outcome.isBoolean()) {
            counting.served(flag, outcome);
            return outcome.on();
        }
        counting.defaulted(flag, outcome);
        return defaultValue;
    }

    @Override
    public final String stringValue(String key, @Nullable EvaluationContext context, String defaultValue) {
        return stringValue(key, keyOf(context), context, AttributeReader.OF_CONTEXT, defaultValue);
    }

    final <S> String stringValue(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            String defaultValue) {
        return typed(
                key,
                targetingKey,
                subject,
                attributes,
                (unused, value) -> value instanceof String text ? text : null,
                defaultValue);
    }

    @Override
    public final long longValue(String key, @Nullable EvaluationContext context, long defaultValue) {
        return longValue(key, keyOf(context), context, AttributeReader.OF_CONTEXT, defaultValue);
    }

    final <S> long longValue(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            long defaultValue) {
        return typed(
                key, targetingKey, subject, attributes, (unused, value) -> ServedValues.asLong(value), defaultValue);
    }

    @Override
    public final double doubleValue(String key, @Nullable EvaluationContext context, double defaultValue) {
        return doubleValue(key, keyOf(context), context, AttributeReader.OF_CONTEXT, defaultValue);
    }

    final <S> double doubleValue(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            double defaultValue) {
        return typed(
                key, targetingKey, subject, attributes, (unused, value) -> ServedValues.asDouble(value), defaultValue);
    }

    @Override
    public final <T> T value(String key, @Nullable EvaluationContext context, Class<T> type, T defaultValue) {
        return value(key, keyOf(context), context, AttributeReader.OF_CONTEXT, type, defaultValue);
    }

    final <S, T> T value(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            Class<T> type,
            T defaultValue) {
        return typed(
                key,
                targetingKey,
                subject,
                attributes,
                (flag, value) -> evaluating.values().bound(flag.key(), value, type),
                defaultValue);
    }

    /** Makes a served value into what the caller asked for, or null when it is of another type. */
    private interface Conversion<T> {
        @Nullable
        T of(CompiledFlag flag, Object value);
    }

    private <S, T> T typed(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            Conversion<T> conversion,
            T defaultValue) {
        CompiledFlag flag = flag(key);
        if (flag == null) {
            missing(key);
            return defaultValue;
        }
        Outcome outcome = flag.evaluate(targetingKey, subject, attributes);
        // a kill of a flag that nobody defines is false for boolean callers and says nothing to others
        Object value = outcome.variant() == null ? null : outcome.value();
        T converted = value == null ? null : conversion.of(flag, value);
        if (converted == null) {
            counting.defaulted(flag, outcome);
            return defaultValue;
        }
        counting.served(flag, outcome);
        return converted;
    }

    private void missing(@Nullable String key) {
        counting.unknown(key, snapshot != null);
    }

    @Override
    public final Decision decide(String key, @Nullable EvaluationContext context) {
        return decide(key, keyOf(context), context, AttributeReader.OF_CONTEXT);
    }

    final <S> Decision decide(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        CompiledFlag flag = flag(key);
        if (flag == null) {
            missing(key);
            return missingDecision(key);
        }
        AttributeReader<? super S> noting = flag.noting(attributes);
        Outcome outcome = flag.evaluate(targetingKey, subject, noting);
        counting.served(flag, outcome);
        return flag.decision(outcome, targetingKey, subject, noting);
    }

    @Override
    public final Decision decide(String key, @Nullable EvaluationContext context, Class<?> type) {
        CompiledFlag flag = flag(key);
        if (flag == null) {
            missing(key);
            return missingDecision(key);
        }
        String targetingKey = keyOf(context);
        AttributeReader<? super EvaluationContext> noting = flag.noting(AttributeReader.OF_CONTEXT);
        Outcome outcome = flag.evaluate(targetingKey, context, noting);
        Decision decision = evaluating.values().as(type, flag.decision(outcome, targetingKey, context, noting));
        if (decision.reason() == Reason.TYPE_MISMATCH) {
            counting.defaulted(flag, outcome);
        } else {
            counting.served(flag, outcome);
        }
        return decision;
    }

    @Override
    public final Choosing choose(String key, @Nullable String userId) {
        return choose(key, null, userId, null, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Choosing choose(String key, @Nullable EvaluationContext context) {
        return choose(key, null, keyOf(context), context, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Choosing choose(Choice choice, @Nullable String userId) {
        return choose(choice.key(), choice, userId, null, AttributeReader.OF_CONTEXT);
    }

    @Override
    public final Choosing choose(Choice choice, @Nullable EvaluationContext context) {
        return choose(choice.key(), choice, keyOf(context), context, AttributeReader.OF_CONTEXT);
    }

    final <S> Choosing choose(
            @Nullable String key,
            @Nullable Choice choice,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        return new Choosing(this, key, choice, targetingKey, subject, attributes);
    }

    @Override
    public final Route route(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes) {
        CompiledFlag flag = flag(key);
        if (flag == null) {
            missing(key);
            return OutcomeRecorder.unknown();
        }
        Outcome outcome = flag.evaluate(targetingKey, subject, attributes);
        if (outcome.isBoolean()) {
            counting.served(flag, outcome);
        } else {
            counting.defaulted(flag, outcome);
        }
        return evaluating.outcomes().route(flag, outcome);
    }

    private Decision missingDecision(@Nullable String key) {
        Reason reason = snapshot == null ? Reason.NOT_READY : Reason.FLAG_NOT_FOUND;
        return new Decision(Counting.nameOf(key), null, null, reason, null, OptionalInt.empty(), null, 0);
    }

    @Override
    public final Explanation explain(String key, @Nullable EvaluationContext context) {
        CompiledFlag flag = flag(key);
        if (flag != null) {
            return flag.explain(keyOf(context), context, AttributeReader.OF_CONTEXT);
        }
        Decision decision = missingDecision(key);
        String text = decision.reason() == Reason.NOT_READY
                ? "no layer has loaded yet; the caller's default applies"
                : "no layer knows this flag; the caller's default applies";
        return new Explanation(decision, List.of(new Explanation.Step("layer", true, text)));
    }

    @Override
    public final Map<String, Decision> all(@Nullable EvaluationContext context) {
        Snapshot current = snapshot;
        if (current == null) {
            return Map.of();
        }
        String targetingKey = keyOf(context);
        Map<String, Decision> decisions = new TreeMap<>();
        for (CompiledFlag flag : current.flags()) {
            decisions.put(flag.key(), flag.decide(targetingKey, context, AttributeReader.OF_CONTEXT));
        }
        return Collections.unmodifiableMap(decisions);
    }

    @Override
    public final boolean prepare(@Nullable EvaluationContext context, Duration atMost) {
        return prepare(keyOf(context), atMost);
    }

    @Override
    public final boolean prepare(@Nullable String userId, Duration atMost) {
        Snapshot current = snapshot;
        if (current == null) {
            return false;
        }
        if (userId == null || userId.isEmpty()) {
            return true;
        }
        return Preparation.of(current.largeSegments(), userId).await(atMost);
    }

    @Override
    public final <U> UserFlags<U> forUsers(
            Function<? super U, @Nullable String> targetingKey, AttributeReader<? super U> attributes) {
        return new SnapshotUserFlags<>(this, targetingKey, attributes);
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
}
