package dev.flags;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.flags.json.Json;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Binds variants' values to classes, each once. A class of its own so that Caffeine and Jackson's data binding load with its first
 * use and not before. Safe for use by multiple threads.
 */
final class ValueBinding {
    private static final long MOST = 10_000;

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final Cache<Bound, Optional<Object>> cache =
            Caffeine.newBuilder().maximumSize(MOST).build();

    /** A value and the class it is bound to; values compare by identity, because a snapshot keeps one object a variant. */
    private record Bound(Object value, Class<?> type) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bound that && that.value == value && that.type == type;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(value) + type.hashCode();
        }
    }

    /** The bound value; empty when the value does not fit the class. */
    <T> Optional<T> bind(Object value, Class<T> type) {
        return cache.get(new Bound(value, type), bound -> read(bound.value(), type))
                .map(type::cast);
    }

    private Optional<Object> read(Object value, Class<?> type) {
        try {
            return Optional.ofNullable(mapper.readValue(Json.write(value), type));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
