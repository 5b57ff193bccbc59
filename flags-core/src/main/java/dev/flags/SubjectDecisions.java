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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides about any subject, a context or an application's own user: its targeting key, the object itself, and what reads its attributes,
 * so that nothing has to be wrapped around it. A boolean decision is: read the snapshot, look the flag up, evaluate, add one to a counter.
 * Safe for use by multiple threads.
 */
final class SubjectDecisions implements Router {
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

    SubjectDecisions(Evaluating evaluating, @Nullable Snapshot snapshot) {
        this.evaluating = evaluating;
        this.counting = evaluating.counting();
        this.snapshot = snapshot;
    }

    /** The same for ever, from the snapshot of now. */
    SubjectDecisions pinned() {
        return new SubjectDecisions(evaluating, snapshot);
    }

    @Nullable
    Snapshot snapshot() {
        return snapshot;
    }

    void serve(Snapshot newer) {
        snapshot = newer;
        evaluating.outcomes().served(newer);
    }

    private @Nullable CompiledFlag flag(@Nullable String key) {
        Snapshot current = snapshot;
        return current == null ? null : current.flag(key);
    }

    <S> boolean isEnabled(
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

    <S> String stringValue(
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

    <S> long longValue(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            long defaultValue) {
        return typed(
                key, targetingKey, subject, attributes, (unused, value) -> ServedValues.asLong(value), defaultValue);
    }

    <S> double doubleValue(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            double defaultValue) {
        return typed(
                key, targetingKey, subject, attributes, (unused, value) -> ServedValues.asDouble(value), defaultValue);
    }

    <S, T> T value(
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

    <S> Decision decide(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        return decide(key, targetingKey, subject, attributes, UnaryOperator.identity());
    }

    /** The decision for a caller that needs a value of one type. */
    <S> Decision decide(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            Class<?> type) {
        return decide(
                key,
                targetingKey,
                subject,
                attributes,
                decision -> evaluating.values().as(type, decision));
    }

    private <S> Decision decide(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes,
            UnaryOperator<Decision> conversion) {
        CompiledFlag flag = flag(key);
        if (flag == null) {
            missing(key);
            return missingDecision(key);
        }
        AttributeReader<? super S> noting = flag.noting(attributes);
        Outcome outcome = flag.evaluate(targetingKey, subject, noting);
        Decision decision = conversion.apply(flag.decision(outcome, targetingKey, subject, noting));
        if (decision.reason() == Reason.TYPE_MISMATCH) {
            counting.defaulted(flag, outcome);
        } else {
            counting.served(flag, outcome);
        }
        return decision;
    }

    <S> Explanation explain(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        CompiledFlag flag = flag(key);
        if (flag != null) {
            return flag.explain(targetingKey, subject, attributes);
        }
        Decision decision = missingDecision(key);
        String text = decision.reason() == Reason.NOT_READY
                ? "no layer has loaded yet; the caller's default applies"
                : "no layer knows this flag; the caller's default applies";
        return new Explanation(decision, List.of(new Explanation.Step("layer", true, text)));
    }

    <S> Map<String, Decision> all(
            @Nullable String targetingKey, @Nullable S subject, AttributeReader<? super S> attributes) {
        Snapshot current = snapshot;
        if (current == null) {
            return Map.of();
        }
        Map<String, Decision> decisions = new TreeMap<>();
        for (CompiledFlag flag : current.flags()) {
            decisions.put(flag.key(), flag.decide(targetingKey, subject, attributes));
        }
        return Collections.unmodifiableMap(decisions);
    }

    <S> Choosing choose(
            @Nullable String key,
            @Nullable Choice choice,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        return new Choosing(this, key, choice, targetingKey, subject, attributes);
    }

    @Override
    public Route route(
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

    /** Fetches memberships of large segments ahead; see {@link FlagDecisions#prepare(String, Duration)}. */
    boolean prepare(@Nullable String targetingKey, Duration atMost) {
        Snapshot current = snapshot;
        if (current == null) {
            return false;
        }
        if (targetingKey == null || targetingKey.isEmpty()) {
            return true;
        }
        return Preparation.of(current.largeSegments(), targetingKey).await(atMost);
    }

    private void missing(@Nullable String key) {
        counting.unknown(key, snapshot != null);
    }

    private Decision missingDecision(@Nullable String key) {
        Reason reason = snapshot == null ? Reason.NOT_READY : Reason.FLAG_NOT_FOUND;
        return new Decision(Counting.nameOf(key), null, null, reason, null, OptionalInt.empty(), null, 0);
    }
}
