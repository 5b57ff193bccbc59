package dev.flags.model;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object while a document is read. Each getter takes one field away and notes a problem when it is not
 * what it should be; what nobody took is what this version does not know. A field that is null counts as absent. Not
 * thread-safe; confine it to one thread.
 */
public final class Fields {
    private final Problems problems;
    private final Map<?, ?> all;

    /** The names that were asked for, each once. There are few, so a list is searched sooner than a set is made. */
    private final List<String> asked = new ArrayList<>();

    /** How many of them were there. */
    private int taken;

    private Fields(Problems problems, Map<?, ?> all) {
        this.problems = problems;
        this.all = all;
    }

    /** The fields of a value, or null, with a problem noted, when it is not an object. */
    public static @Nullable Fields of(@Nullable Object value, Problems problems) {
        if (!(value instanceof Map<?, ?> map)) {
            problems.add("must be an object, was " + show(value));
            return null;
        }
        return new Fields(problems, map);
    }

    public Problems problems() {
        return problems;
    }

    public Problems at(String name) {
        return problems.at(name);
    }

    /** Whether the field is there and not null. */
    public boolean has(String name) {
        return all.get(name) != null && !asked.contains(name);
    }

    /** Refuses a document whose schema number is above the one this version writes. */
    boolean isOfKnownSchema() {
        Object schema = take("schema");
        if (schema == null || schema.equals(1L)) {
            return true;
        }
        if (schema instanceof Long number && number > 1) {
            at("schema")
                    .add("was made by a newer version (schema " + schema + ", this version reads 1); update this one");
        } else {
            at("schema").add("must be 1, was " + show(schema));
        }
        return false;
    }

    public @Nullable String text(String name) {
        Object value = take(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        at(name).add("must be a string, was " + show(value));
        return null;
    }

    public String text(String name, String absent) {
        String text = text(name);
        return text == null ? absent : text;
    }

    /** A text that must be there. */
    public @Nullable String requiredText(String name) {
        if (!has(name)) {
            take(name);
            at(name).add("is required");
            return null;
        }
        return text(name);
    }

    public boolean bool(String name, boolean absent) {
        Object value = take(name);
        if (value == null || value instanceof Boolean) {
            return value == null ? absent : (Boolean) value;
        }
        at(name).add("must be true or false, was " + show(value));
        return absent;
    }

    /** A whole number; null, with a problem noted, when there is none. */
    public @Nullable Long wholeNumber(String name) {
        Object value = take(name);
        if (value instanceof Long number) {
            return number;
        }
        at(name).add(value == null ? "is required" : "must be a whole number, was " + show(value));
        return null;
    }

    /** A whole number that fits an int; null when there is none. */
    public @Nullable Integer integer(String name) {
        Object value = take(name);
        if (value instanceof Long number && number.intValue() == number) {
            return number.intValue();
        }
        if (value == null) {
            at(name).add("is required");
        } else {
            at(name).add("must be a whole number, was " + show(value));
        }
        return null;
    }

    /** A percentage; absent when there is none, null when there is one that cannot be read. */
    public @Nullable Percentage percentage(String name, @Nullable Percentage absent) {
        Object value = take(name);
        if (value == null) {
            return absent;
        }
        if (!(value instanceof Long) && !(value instanceof BigDecimal)) {
            at(name).add("must be a number from 0 to 100, was " + show(value));
            return null;
        }
        try {
            return Percentage.of(value instanceof Long whole ? BigDecimal.valueOf(whole) : (BigDecimal) value);
        } catch (InvalidFlagException e) {
            e.problems().forEach(problem -> at(name).add(problem.message()));
            return null;
        }
    }

    /** A text that something else understands. */
    public <T> @Nullable T parsed(String name, String expected, Parser<T> parser) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return parser.parse(text);
        } catch (DateTimeException | IllegalArgumentException e) {
            at(name).add("must be " + expected + ", was '" + TextRules.shown(text) + "'");
            return null;
        }
    }

    /** The elements of a list; none when it is absent or not a list. */
    public List<@Nullable Object> list(String name) {
        Object value = take(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            at(name).add("must be a list, was " + show(value));
            return List.of();
        }
        return new ArrayList<>(list);
    }

    /** Each element of a list, read by a reader that returns null for those it noted problems of. */
    public <T> List<@Nullable T> each(String name, ElementReader<T> reader) {
        List<@Nullable T> elements = new ArrayList<>();
        for (Object element : list(name)) {
            elements.add(reader.read(element, at(name).at(elements.size())));
        }
        return elements;
    }

    /** The elements of a list none of which was refused. */
    public static <T> List<T> whole(List<@Nullable T> elements) {
        return elements.stream().map(Objects::requireNonNull).toList();
    }

    /** A list of different strings. */
    public Set<String> texts(String name) {
        Set<String> texts = new LinkedHashSet<>();
        int i = 0;
        for (Object element : list(name)) {
            Problems at = at(name).at(i++);
            if (!(element instanceof String text)) {
                at.add("must be a string, was " + show(element));
            } else if (!texts.add(text)) {
                at.add("'" + TextRules.shown(text) + "' is there twice");
            }
        }
        return texts;
    }

    /** Takes a field as it is. */
    public @Nullable Object take(String name) {
        if (asked.contains(name)) {
            return null;
        }
        asked.add(name);
        Object value = all.get(name);
        if (value != null || all.containsKey(name)) {
            taken++;
        }
        return value;
    }

    /** The names that are there and that nobody took yet. */
    public Set<String> names() {
        return Collections.unmodifiableSet(left().keySet());
    }

    /** Notes a problem for each field that nobody took, naming the one that was probably meant, or those that were asked for. */
    public void refuseRest() {
        left().keySet()
                .forEach(name -> at(name).add("is not known here; "
                        + NearestName.of(name, asked)
                                .map(nearest -> "did you mean '" + nearest + "'?")
                                .orElse("there " + (asked.size() == 1 ? "is " : "are ") + String.join(", ", asked))));
    }

    /** What nobody took. */
    public Map<String, Object> rest() {
        return JsonValues.freeze(left());
    }

    private Map<String, @Nullable Object> left() {
        if (taken == all.size()) {
            return Map.of();
        }
        Map<String, @Nullable Object> left = new LinkedHashMap<>();
        all.forEach((name, field) -> left.put(String.valueOf(name), field));
        asked.forEach(left::remove);
        return left;
    }

    public static String show(@Nullable Object value) {
        boolean plain = value instanceof Boolean || value instanceof Number;
        return plain ? TextRules.shown(String.valueOf(value)) : JsonValues.describe(value);
    }

    /** Understands a text, or throws a {@link DateTimeException} or {@link IllegalArgumentException}. */
    public interface Parser<T> {
        T parse(String text);
    }

    /** Reads one element of a list. */
    public interface ElementReader<T> {
        @Nullable
        T read(@Nullable Object element, Problems problems);
    }
}
