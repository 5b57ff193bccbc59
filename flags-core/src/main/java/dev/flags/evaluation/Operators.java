package dev.flags.evaluation;

import dev.flags.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Compiles a comparison of an attribute: which test its operator means, with its values prepared. */
final class Operators {
    private final Condition.Attribute condition;
    private final List<String> problems = new ArrayList<>();

    private Operators(Condition.Attribute condition) {
        this.condition = condition;
    }

    /** Takes what is wrong with a condition: the field, relative to the condition, and the message. */
    interface Report {
        void problem(String field, String message);
    }

    static Matcher compile(Condition.Attribute condition, Report report) {
        AttributePath path = AttributePath.of(condition.attribute());
        if (condition.operator().equals("exists")) {
            return new AttributeMatcher.Exists(path, condition.negate(), condition);
        }
        Operators operators = new Operators(condition);
        @Nullable ValueTest test = operators.test();
        if (test == null) {
            report.problem(
                    "operator",
                    "'" + condition.operator() + "' is not an operator that this version knows; it matches nobody");
            return new AttributeMatcher.Never(describe(condition));
        }
        if (operators.problems.isEmpty()) {
            return new AttributeMatcher(path, test, condition.negate(), condition);
        }
        operators.problems.forEach(message -> report.problem("values", message + "; it matches nobody"));
        // a value that is not understood might have matched: whoever the others do not match is not known not to
        ValueTest whole = value -> test.test(value) == Match.YES ? Match.YES : Match.UNKNOWN;
        return new AttributeMatcher(path, whole, condition.negate(), condition);
    }

    /** For a person: {@code country in [DE, FR]}. */
    static String describe(Condition.Attribute condition) {
        String values = condition.values().size() > 5
                ? condition
                        .values()
                        .subList(0, 5)
                        .toString()
                        .replace("]", ", … " + condition.values().size() + " in all]")
                : condition.values().toString();
        return (condition.negate() ? "not " : "")
                + condition.attribute()
                + " "
                + condition.operator()
                + (condition.values().isEmpty() ? "" : " " + values)
                + (condition.ignoreCase() ? " ignoring case" : "");
    }

    private @Nullable ValueTest test() {
        return switch (condition.operator()) {
            case "in" -> new InTest(condition.values(), condition.ignoreCase());
            case "startsWith" ->
                text((text, part) -> text.regionMatches(condition.ignoreCase(), 0, part, 0, part.length()));
            case "endsWith" ->
                text((text, part) -> text.regionMatches(
                        condition.ignoreCase(), text.length() - part.length(), part, 0, part.length()));
            case "contains" -> text((text, part) -> Texts.contains(text, part, condition.ignoreCase()));
            case "matches" -> patterns();
            case "<" -> numbers(order -> order < 0);
            case "<=" -> numbers(order -> order <= 0);
            case ">" -> numbers(order -> order > 0);
            case ">=" -> numbers(order -> order >= 0);
            case "before" -> new DateTest(true, dates());
            case "after" -> new DateTest(false, dates());
            case "semver=" -> versions(order -> order == 0);
            case "semver<" -> versions(order -> order < 0);
            case "semver<=" -> versions(order -> order <= 0);
            case "semver>" -> versions(order -> order > 0);
            case "semver>=" -> versions(order -> order >= 0);
            case "cidr" -> networks();
            default -> null;
        };
    }

    private interface TextComparison {
        boolean holds(String text, String part);
    }

    private ValueTest text(TextComparison comparison) {
        String[] parts = texts("a text").toArray(String[]::new);
        return value -> {
            @Nullable String text = Texts.of(value);
            if (text == null) {
                return Match.UNKNOWN;
            }
            for (String part : parts) {
                if (comparison.holds(text, part)) {
                    return Match.YES;
                }
            }
            return Match.NO;
        };
    }

    private ValueTest patterns() {
        List<Object> compiled = new ArrayList<>();
        for (String pattern : texts("a pattern")) {
            try {
                compiled.add(Patterns.compile(pattern, condition.ignoreCase()));
            } catch (IllegalArgumentException e) {
                problems.add("'" + cut(pattern) + "' " + e.getMessage());
            }
        }
        return compiled.isEmpty() ? value -> Match.UNKNOWN : new Patterns(compiled.toArray());
    }

    private ValueTest numbers(IntPredicate holds) {
        Numbers[] numbers = prepared(Numbers::of, "a number").toArray(Numbers[]::new);
        return value -> {
            @Nullable
            Number number = value instanceof Number n ? n : value instanceof String ? Numbers.decimal(value) : null;
            if (number == null || !Numbers.isComparable(number)) {
                return Match.UNKNOWN;
            }
            for (Numbers boundary : numbers) {
                if (holds.test(boundary.compareFrom(number))) {
                    return Match.YES;
                }
            }
            return Match.NO;
        };
    }

    private Instant[] dates() {
        return prepared(DateTest::instant, "a point in time: ISO-8601 with a zone, or milliseconds since 1970")
                .toArray(Instant[]::new);
    }

    private ValueTest versions(IntPredicate holds) {
        String[] versions = prepared(
                        value -> value instanceof String text && SemanticVersion.isValid(text) ? text : null,
                        "a semantic version (major.minor.patch)")
                .toArray(String[]::new);
        return value -> {
            if (!(value instanceof String text) || !SemanticVersion.isValid(text)) {
                return Match.UNKNOWN;
            }
            for (String version : versions) {
                if (holds.test(SemanticVersion.compare(text, version))) {
                    return Match.YES;
                }
            }
            return Match.NO;
        };
    }

    private ValueTest networks() {
        return new IpNetworks(prepared(
                value -> value instanceof String text ? IpNetworks.Network.parse(text) : null,
                "an IP address or network such as 10.0.0.0/8"));
    }

    private List<String> texts(String kind) {
        return prepared(Texts::of, kind);
    }

    private interface Preparation<T> {
        @Nullable
        T of(Object value);
    }

    private <T> List<T> prepared(Preparation<T> preparation, String kind) {
        List<T> prepared = new ArrayList<>();
        for (Object value : condition.values()) {
            @Nullable T one = preparation.of(value);
            if (one == null) {
                problems.add("'" + cut(String.valueOf(value)) + "' is not " + kind);
            } else {
                prepared.add(one);
            }
        }
        return prepared;
    }

    private static String cut(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
