package dev.flags.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON values inside records: copied all the way down so that nobody can change them, and numbers in the one form that {@link
 * dev.flags.json.Json} reads, so that a record equals itself read back. What is not a JSON value is left for {@link
 * FlagRules} to report.
 */
final class JsonValues {
    /** As many digits, before or behind the point, as {@link dev.flags.json.Json} reads. */
    private static final int MAX_DIGITS = 400;

    private JsonValues() {}

    static Map<String, Object> freeze(Map<String, ? extends @Nullable Object> map) {
        if (map.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> put(copy, name, freeze(value)));
        return Collections.unmodifiableMap(copy);
    }

    static List<Object> freeze(List<? extends @Nullable Object> list) {
        List<Object> copy = new ArrayList<>(list.size());
        list.forEach(item -> add(copy, freeze(item)));
        return Collections.unmodifiableList(copy);
    }

    private static @Nullable Object freeze(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> byName = new LinkedHashMap<>();
            map.forEach((name, field) -> byName.put(String.valueOf(name), field));
            return freeze(byName);
        }
        if (value instanceof List<?> list) {
            return freeze(list);
        }
        return value instanceof Number number ? number(number) : value;
    }

    private static Number number(Number value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return value.longValue();
        }
        if (value instanceof Double real && Double.isFinite(real)) {
            return number(BigDecimal.valueOf(real));
        }
        if (value instanceof Float real && Float.isFinite(real)) {
            return number(new BigDecimal(value.toString()));
        }
        if (value instanceof BigInteger integer) {
            return number(new BigDecimal(integer));
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.scale() == 0 && decimal.unscaledValue().bitLength() <= 63
                    ? (Number) decimal.longValue()
                    : decimal;
        }
        return value;
    }

    @SuppressWarnings("NullAway") // a JSON null inside unknown fields and JSON variants is kept as null
    private static void put(Map<String, Object> map, String name, @Nullable Object value) {
        map.put(name, value);
    }

    @SuppressWarnings("NullAway") // as above
    private static void add(List<Object> list, @Nullable Object value) {
        list.add(value);
    }

    /** The kind of a variant's value: {@code boolean}, {@code string}, {@code number}, {@code JSON}; empty if it is none. */
    static String kindOf(@Nullable Object value) {
        if (value == null || !isJson(value)) {
            return "";
        }
        if (value instanceof Boolean) {
            return "boolean";
        }
        if (value instanceof String) {
            return "string";
        }
        return value instanceof Number ? "number" : "JSON";
    }

    /** Whether a frozen value is JSON all the way down. */
    static boolean isJson(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().allMatch(JsonValues::isJson);
        }
        if (value instanceof List<?> list) {
            return list.stream().allMatch(JsonValues::isJson);
        }
        if (value instanceof String text) {
            return isWhole(text);
        }
        if (value instanceof BigDecimal decimal) {
            return Math.abs((long) decimal.scale()) <= MAX_DIGITS && decimal.precision() <= MAX_DIGITS;
        }
        return value == null || value instanceof Boolean || value instanceof Long;
    }

    /** Whether a text has no half of a surrogate pair: that is no character, and has no UTF-8 that could be stored or hashed. */
    static boolean isWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** No less than the bytes that a value takes as compact JSON: no character takes more than six. */
    static long mostBytes(@Nullable Object value) {
        long bytes = 3;
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> field : map.entrySet()) {
                bytes += mostBytes(field.getKey()) + mostBytes(field.getValue());
            }
        } else if (value instanceof List<?> list) {
            for (Object item : list) {
                bytes += mostBytes(item);
            }
        } else if (value instanceof String text) {
            bytes += 6L * text.length();
        } else {
            bytes += 2 * MAX_DIGITS;
        }
        return bytes;
    }

    /** For messages: what a value is. */
    static String describe(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List) {
            return "a list";
        }
        String kind = kindOf(value);
        return kind.isEmpty() ? value.getClass().getName() : "a " + kind;
    }
}
