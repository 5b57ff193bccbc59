package dev.flags.evaluation;

import dev.flags.model.Condition;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** Compares an attribute; of a list, any element suffices. */
record AttributeMatcher(AttributePath path, ValueTest test, boolean negate, Condition.Attribute condition)
        implements Matcher {

    @Override
    public Match match(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        Object value = path.read(targetingKey, subject, attributes);
        if (value == null) {
            return Match.UNKNOWN;
        }
        Match match;
        try {
            match = test(value);
        } catch (Throwable thrownByTheValue) {
            return Match.UNKNOWN;
        }
        return match.negatedIf(negate);
    }

    private Match test(Object value) {
        if (value instanceof String) {
            return test.test(value);
        }
        if (value instanceof List<?> list && list instanceof RandomAccess) {
            Match result = Match.NO;
            for (int i = 0; i < list.size(); i++) {
                result = or(result, list.get(i));
                if (result == Match.YES) {
                    break;
                }
            }
            return result;
        }
        if (value instanceof Collection<?> collection) {
            Match result = Match.NO;
            for (Object element : collection) {
                result = or(result, element);
                if (result == Match.YES) {
                    break;
                }
            }
            return result;
        }
        if (value.getClass().isArray()) {
            Match result = Match.NO;
            int length = Array.getLength(value);
            for (int i = 0; i < length && result != Match.YES; i++) {
                result = or(result, Array.get(value, i));
            }
            return result;
        }
        return test.test(value);
    }

    private Match or(Match before, @Nullable Object element) {
        Match match = element == null
                        || element instanceof Collection
                        || element.getClass().isArray()
                ? Match.UNKNOWN
                : test.test(element);
        return match == Match.NO ? before : match == Match.YES || before == Match.NO ? match : before;
    }

    @Override
    public String describe() {
        return Operators.describe(condition);
    }

    @Override
    public String found(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        return found(path, targetingKey, subject, attributes);
    }

    static String found(
            AttributePath path,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes) {
        Object value = path.read(targetingKey, subject, attributes);
        return value == null ? path + " is missing" : path + " is " + shown(value);
    }

    /** A value for a person, cut when it is long. */
    private static String shown(Object value) {
        try {
            String text = value.getClass().isArray() ? "an array" : value.toString();
            String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
            return value instanceof Number || value instanceof Boolean ? cut : "'" + cut + "'";
        } catch (Throwable thrownByTheValue) {
            return "an object that cannot be shown";
        }
    }

    /** {@code exists}: the one operator that a missing attribute answers. */
    record Exists(AttributePath path, boolean negate, Condition.Attribute condition) implements Matcher {
        @Override
        public String describe() {
            return Operators.describe(condition);
        }

        @Override
        public Match match(
                @Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
            return Match.of(path.read(targetingKey, subject, attributes) != null)
                    .negatedIf(negate);
        }

        @Override
        public String found(
                @Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
            return AttributeMatcher.found(path, targetingKey, subject, attributes);
        }
    }

    /** A condition that this version does not understand, or that names something that is not there: no match, either way. */
    record Never(String describe) implements Matcher {
        @Override
        public Match match(
                @Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
            return Match.UNKNOWN;
        }

        @Override
        public String found(
                @Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
            return "not understood, so it matches nobody";
        }
    }
}
