package dev.flags;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds an immutable {@link EvaluationContext}. Not thread-safe; confine it to one thread. */
public final class EvaluationContextBuilder {
    private final @Nullable String targetingKey;
    private final Map<String, Object> attributes = new LinkedHashMap<>();

    EvaluationContextBuilder(@Nullable String targetingKey) {
        this.targetingKey = targetingKey;
    }

    /** Sets one attribute; a null value removes it. Shapes: see {@link EvaluationContext#attribute}. */
    public EvaluationContextBuilder attribute(String name, @Nullable Object value) {
        if (value == null) {
            attributes.remove(name);
        } else {
            attributes.put(name, value);
        }
        return this;
    }

    /** The context; later changes of this builder do not show in it. */
    public EvaluationContext build() {
        return new Built(targetingKey, Collections.unmodifiableMap(new LinkedHashMap<>(attributes)));
    }

    private record Built(@Nullable String targetingKey, Map<String, Object> attributes) implements EvaluationContext {
        @Override
        public @Nullable Object attribute(String name) {
            return attributes.get(name);
        }
    }
}
