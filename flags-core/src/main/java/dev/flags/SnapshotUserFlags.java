package dev.flags;

import dev.flags.evaluation.AttributeReader;
import dev.flags.outcomes.Choice;
import dev.flags.outcomes.Choosing;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the application's own user class in place: nothing is wrapped around a user. Safe for use by multiple threads. */
final class SnapshotUserFlags<U> implements UserFlags<U> {
    private final SubjectDecisions decisions;
    private final Function<? super U, @Nullable String> targetingKey;
    private final AttributeReader<? super U> attributes;

    SnapshotUserFlags(
            SubjectDecisions decisions,
            Function<? super U, @Nullable String> targetingKey,
            AttributeReader<? super U> attributes) {
        this.decisions = decisions;
        this.targetingKey = targetingKey;
        this.attributes = attributes;
    }

    private @Nullable String keyOf(@Nullable U user) {
        if (user == null) {
            return null;
        }
        try {
            return targetingKey.apply(user);
        } catch (Throwable thrownByTheApplication) {
            return null;
        }
    }

    @Override
    public boolean isEnabled(String key, @Nullable U user, boolean defaultValue) {
        return decisions.isEnabled(key, keyOf(user), user, attributes, defaultValue);
    }

    @Override
    public String stringValue(String key, @Nullable U user, String defaultValue) {
        return decisions.stringValue(key, keyOf(user), user, attributes, defaultValue);
    }

    @Override
    public long longValue(String key, @Nullable U user, long defaultValue) {
        return decisions.longValue(key, keyOf(user), user, attributes, defaultValue);
    }

    @Override
    public double doubleValue(String key, @Nullable U user, double defaultValue) {
        return decisions.doubleValue(key, keyOf(user), user, attributes, defaultValue);
    }

    @Override
    public <T> T value(String key, @Nullable U user, Class<T> type, T defaultValue) {
        return decisions.value(key, keyOf(user), user, attributes, type, defaultValue);
    }

    @Override
    public boolean prepare(@Nullable U user, Duration atMost) {
        return decisions.prepare(keyOf(user), atMost);
    }

    @Override
    public Decision decide(String key, @Nullable U user) {
        return decisions.decide(key, keyOf(user), user, attributes);
    }

    @Override
    public Choosing choose(String key, @Nullable U user) {
        return decisions.choose(key, null, keyOf(user), user, attributes);
    }

    @Override
    public Choosing choose(Choice choice, @Nullable U user) {
        return decisions.choose(choice.key(), choice, keyOf(user), user, attributes);
    }
}
