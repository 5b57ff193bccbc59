package dev.flags.rollout.evidence;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One object of stored evidence, which a program wrote: what is not as it should be ends the reading with an {@link
 * IllegalArgumentException} that names it. Immutable.
 */
final class Tree {
    private final Map<?, ?> fields;

    private Tree(Map<?, ?> fields) {
        this.fields = fields;
    }

    static Tree of(@Nullable Object value, String name) {
        return new Tree(required(Map.class, value, name));
    }

    private static <T> T required(Class<T> type, @Nullable Object value, String name) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("'" + name + "' is " + (value == null ? "missing" : "no " + word(type)));
        }
        return type.cast(value);
    }

    private static String word(Class<?> type) {
        return type == Map.class ? "object" : type == Long.class ? "whole number" : "" + type.getSimpleName();
    }

    Set<String> names() {
        return fields.keySet().stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    boolean has(String name) {
        return fields.get(name) != null;
    }

    Tree tree(String name) {
        return of(fields.get(name), name);
    }

    String text(String name) {
        return required(String.class, fields.get(name), name);
    }

    List<?> list(String name) {
        return required(List.class, fields.get(name), name);
    }

    Instant instant(String name) {
        return Instant.parse(text(name));
    }

    long number(String name) {
        return required(Long.class, fields.get(name), name);
    }

    /** A number from 0. */
    long count(String name, long most) {
        long count = number(name);
        if (count < 0 || count > most) {
            throw new IllegalArgumentException("'" + name + "' is " + count);
        }
        return count;
    }

    /** Numbers that may be fractions. */
    List<Double> fractions(String name) {
        return list(name).stream().map(each -> fraction(each, name)).toList();
    }

    private static double fraction(@Nullable Object value, String name) {
        return value instanceof BigDecimal decimal
                ? decimal.doubleValue()
                : required(Long.class, value, name).doubleValue();
    }

    /** Whole numbers from 0. */
    List<Long> counts(String name) {
        return list(name).stream()
                .map(each -> {
                    long count = required(Long.class, each, name);
                    if (count < 0) {
                        throw new IllegalArgumentException("'" + name + "' has " + count);
                    }
                    return count;
                })
                .toList();
    }
}
