package dev.flags.evaluation;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of a value, for the operators on strings and for hashing by an attribute. */
final class Texts {
    private Texts() {}

    /** Null where a value has no text of its own: a map. Numbers of equal value have one text. */
    static @Nullable String of(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Boolean) {
            return ((boolean) value) ? "true" : "false";
        }
        if (value instanceof Number number) {
            return Numbers.text(number);
        }
        if (value instanceof Map) {
            return null;
        }
        return value.toString();
    }

    static boolean contains(String text, String part, boolean ignoreCase) {
        if (!ignoreCase) {
            return text.contains(part);
        }
        for (int from = 0; from <= text.length() - part.length(); from++) {
            if (text.regionMatches(true, from, part, 0, part.length())) {
                return true;
            }
        }
        return false;
    }
}
