package dev.flags;

import dev.flags.evaluation.AttributeReader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decisions for an application's own class: the evaluator is handed the object itself. */
final class SnapshotUserFlags<U> implements UserFlags<U> {
    private final SnapshotDecisions decisions;
    private final Function<? super U, @Nullable String> targetingKeys;
    private final AttributeReader<? super U> attributes;

    SnapshotUserFlags(
            SnapshotDecisions decisions,
            Function<? super U, @Nullable String> targetingKeys,
            AttributeReader<? super U> attributes) {
        this.decisions = decisions;
        this.targetingKeys = targetingKeys;
        this.attributes = attributes;
    }

    @Override
    public boolean isEnabled(String key, @Nullable U user, boolean defaultValue) {
        return decisions.isEnabled(key, targetingKey(user), user, attributes, defaultValue);
    }

    @Override
    public String stringValue(String key, @Nullable U user, String defaultValue) {
        return decisions.observations.string(
                key, decisions.counted(key, targetingKey(user), user, attributes), defaultValue);
    }

    @Override
    public long longValue(String key, @Nullable U user, long defaultValue) {
        return decisions.observations.integer(
                key, decisions.counted(key, targetingKey(user), user, attributes), defaultValue);
    }

    @Override
    public double doubleValue(String key, @Nullable U user, double defaultValue) {
        return decisions.observations.real(
                key, decisions.counted(key, targetingKey(user), user, attributes), defaultValue);
    }

    @Override
    public <T> T value(String key, @Nullable U user, Class<T> type, T defaultValue) {
        return decisions.observations.bound(
                key, decisions.counted(key, targetingKey(user), user, attributes), type, defaultValue);
    }

    @Override
    public Decision decide(String key, @Nullable U user) {
        return decisions.decide(key, targetingKey(user), user, attributes);
    }

    private @Nullable String targetingKey(@Nullable U user) {
        if (user == null) {
            return null;
        }
        try {
            return targetingKeys.apply(user);
        } catch (RuntimeException e) {
            return null; // as for a context of which targetingKey() throws
        }
    }
}
