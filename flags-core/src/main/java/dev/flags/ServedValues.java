package dev.flags;

import com.google.common.primitives.Primitives;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A served value as the type that a caller asks for, or null when it is of another. Safe for use by multiple threads. */
final class ServedValues {
    private final Notices notices;

    /** The first value bound to a class makes it, and loads Jackson's data binding and Caffeine; nothing else does. */
    private volatile @Nullable ValueBinding binding;

    ServedValues(Notices notices) {
        this.notices = notices;
    }

    /** The decision with its value as that type, or without one and {@link Reason#TYPE_MISMATCH} when it is of another. */
    Decision as(Class<?> type, Decision decision) {
        Object value = decision.value();
        if (value == null) {
            return decision;
        }
        Object converted = as(type, decision.key(), value);
        boolean fits = converted != null;
        return new Decision(
                decision.key(),
                fits ? decision.variant() : null,
                converted,
                fits ? decision.reason() : Reason.TYPE_MISMATCH,
                decision.ruleId(),
                decision.bucket(),
                decision.layer(),
                decision.revision(),
                decision.unknownSegments());
    }

    /** As that type, never by a guess such as the text "true" for true. */
    private @Nullable Object as(Class<?> type, String key, Object value) {
        if (type == Boolean.class || type == String.class) {
            return type.isInstance(value) ? value : null;
        }
        if (type == Long.class) {
            return asLong(value);
        }
        if (type == Double.class) {
            return asDouble(value);
        }
        return bound(key, value, type);
    }

    static @Nullable Long asLong(Object value) {
        if (value instanceof BigDecimal number) {
            try {
                return number.longValueExact();
            } catch (ArithmeticException fractionOrOutOfRange) {
                return null;
            }
        }
        return value instanceof Long number ? number : null;
    }

    static @Nullable Double asDouble(Object value) {
        return value instanceof Number number ? (Double) number.doubleValue() : null;
    }

    <T> @Nullable T bound(String key, Object value, Class<T> type) {
        Class<T> wrapped = Primitives.wrap(type);
        if (wrapped.isInstance(value)) {
            return wrapped.cast(value);
        }
        ValueBinding.Bound bound;
        try {
            bound = binding().bind(value, wrapped);
        } catch (LinkageError libraryLeftOut) {
            notices.notBindable(key, type, libraryLeftOut.toString());
            return null;
        }
        if (bound.object() == null) {
            notices.notBindable(key, type, bound.problem());
        }
        return wrapped.cast(bound.object());
    }

    private ValueBinding binding() {
        ValueBinding made = binding;
        if (made == null) {
            made = new ValueBinding();
            binding = made; // two threads at once would each bind for themselves, once
        }
        return made;
    }
}
