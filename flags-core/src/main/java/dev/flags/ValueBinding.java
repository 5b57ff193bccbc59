package dev.flags;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.primitives.Primitives;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Binds variants' values to classes, once per variant and class. Loaded on first use only: it brings in Jackson's data binding
 * and Caffeine. Safe for use by multiple threads.
 */
final class ValueBinding {
    private static final int MAX_BOUND = 1_000;

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final Cache<Key, Bound> bound = Caffeine.newBuilder()
            .maximumSize(MAX_BOUND)
            .executor(Runnable::run) // no work for a pool of the application's
            .build();

    /** A variant's value, by identity: it is the same object as long as its flag's definition is. */
    private record Key(Object value, Class<?> type) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.value == value && key.type == type;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(value) * 31 + type.hashCode();
        }
    }

    /**
     * What came of it; failures too are kept, so that they cost nothing the next time.
     *
     * @param object null when binding failed
     * @param problem why, without the value
     */
    record Bound(@Nullable Object object, String problem) {}

    Bound bind(Object value, Class<?> type) {
        return bound.get(new Key(value, type), this::make);
    }

    private Bound make(Key key) {
        try {
            // to null only where the class' own creator makes it so, which is no value either
            Object object = mapper.convertValue(key.value(), Primitives.wrap(key.type()));
            return new Bound(object, object == null ? "bound to null" : "");
        } catch (Exception | LinkageError | StackOverflowError e) {
            // the message could quote the value
            return new Bound(null, e.getClass().getSimpleName());
        }
    }
}
