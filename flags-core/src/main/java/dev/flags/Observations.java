package dev.flags;

import dev.flags.evaluation.CompiledFlag;
import dev.flags.evaluation.DecisionCounters;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What evaluation notices on its way: counts, and mistakes in the calling code, each of which is logged once, in the background.
 * Safe for use by multiple threads.
 */
final class Observations {
    private static final Logger log = LoggerFactory.getLogger(Flags.class);
    private static final int MOST_REPORTED = 1_000;

    final DecisionCounters counters = new DecisionCounters();
    final BackgroundTasks background = new BackgroundTasks();
    private final Set<String> withoutKey = ConcurrentHashMap.newKeySet();
    private final Set<String> mistyped = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ValueBinding binding;

    /** A key that no layer knows, or that was asked for before anything was loaded. */
    void unknown(@Nullable String key, boolean ready) {
        if (key != null && counters.countUnknown(key) && ready) {
            background.run(
                    () -> log.warn("flag '{}' was asked for, and no layer knows it; the default is served", key));
        }
    }

    /** Nobody is told below a partial percentage: at 0 % a key would not have changed the answer. */
    void withoutTargetingKey(CompiledFlag flag) {
        if (flag.isPartial() && once(withoutKey, flag.key())) {
            background.run(() -> log.warn(
                    "flag '{}' stands at a partial percentage and was asked for without a targeting key (or without its"
                            + " bucketBy attribute), so the off variant is served; call isEnabled(key, userId) or"
                            + " isEnabled(key, context)",
                    flag.key()));
        }
    }

    /** A value of another type than the caller asks for. */
    void typeMismatch(String key, String asked) {
        if (once(mistyped, key)) {
            background.run(() -> log.warn("flag '{}' has no {} value; the default is served", key, asked));
        }
    }

    /** A served value, or null, as a string. */
    String string(String key, @Nullable Object value, String defaultValue) {
        if (value instanceof String text) {
            return text;
        }
        return mismatch(key, value, "string", defaultValue);
    }

    /** A served value, or null, as a whole number. */
    long integer(String key, @Nullable Object value, long defaultValue) {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof BigDecimal number) {
            try {
                return number.longValueExact();
            } catch (ArithmeticException e) {
                // a fraction, or out of range: another type than asked for
            }
        }
        return mismatch(key, value, "whole number", defaultValue);
    }

    /** A served value, or null, as a number. */
    double real(String key, @Nullable Object value, double defaultValue) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        return mismatch(key, value, "number", defaultValue);
    }

    /** A served value, or null, bound to a class. */
    <T> T bound(String key, @Nullable Object value, Class<T> type, T defaultValue) {
        if (value != null) {
            try {
                Optional<T> bound = binding().bind(value, type);
                if (bound.isPresent()) {
                    return bound.get();
                }
            } catch (RuntimeException | LinkageError e) {
                // a class that cannot be bound at all; told like a value that does not fit
            }
        }
        return mismatch(key, value, type.getName(), defaultValue);
    }

    private <T> T mismatch(String key, @Nullable Object value, String asked, T defaultValue) {
        if (value != null) {
            typeMismatch(key, asked);
        }
        return defaultValue;
    }

    private ValueBinding binding() {
        ValueBinding present = binding;
        if (present == null) {
            present = new ValueBinding();
            binding = present; // two at once would each bind for themselves, once
        }
        return present;
    }

    private static boolean once(Set<String> reported, String key) {
        return !reported.contains(key) && reported.size() < MOST_REPORTED && reported.add(key);
    }
}
