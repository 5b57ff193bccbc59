package dev.flags.json;

import dev.flags.FlagsException;
import org.jspecify.annotations.Nullable;

/**
 * JSON and YAML text to plain values and back. A value is null, a {@link Boolean}, a {@link String}, a {@link Long} (integral
 * and in its range), a {@link java.math.BigDecimal} (any other number), a {@link java.util.List} or a {@link
 * java.util.LinkedHashMap} by name in the text's order.
 *
 * <p>Text comes from files, stores and variables that others write, so reading is strict where laxness would hide a mistake or
 * cost memory: no duplicate names, no text after the value, nothing nested deeper than {@value #MAX_DEPTH}, no number beyond
 * 400 digits or places, no half surrogate pairs, no YAML aliases, and a limit on the size. Only Jackson's streaming parser is
 * used: its tree and data binding cost a quarter of a second in a cold JVM. YAML is loaded on first use.
 *
 * <p>Safe for use by multiple threads.
 */
public final class Json {
    /** The largest document of one flag, in bytes of UTF-8. */
    public static final int MAX_DOCUMENT_BYTES = 256 * 1024;

    /** The largest text that holds many documents, in bytes of UTF-8. */
    public static final int MAX_FILE_BYTES = 64 * 1024 * 1024;

    /** How deep lists and objects may be nested. */
    public static final int MAX_DEPTH = 64;

    private Json() {}

    /**
     * Parses JSON of at most {@link #MAX_DOCUMENT_BYTES}.
     *
     * @throws JsonException when it is not such a text
     */
    public static @Nullable Object parse(String text) {
        return parse(text, MAX_DOCUMENT_BYTES);
    }

    /**
     * Parses JSON.
     *
     * @param maxBytes refuses more than this many bytes of UTF-8
     * @throws JsonException when it is not such a text
     */
    public static @Nullable Object parse(String text, int maxBytes) {
        return new ValueReader(JsonText.FORMAT).read(requireSize(text, maxBytes));
    }

    /**
     * Parses those parts of a JSON document that a shape names.
     *
     * @param maxBytes refuses more than this many bytes of UTF-8
     * @throws JsonException when it is not such a text
     */
    public static @Nullable Object parse(String text, int maxBytes, JsonShape shape) {
        return new ValueReader(JsonText.FORMAT).read(requireSize(text, maxBytes), shape);
    }

    /**
     * Parses YAML 1.2 of at most {@link #MAX_DOCUMENT_BYTES}: one document, names are strings ({@code on:} too), no aliases.
     *
     * @throws JsonException when it is not such a text
     */
    public static @Nullable Object parseYaml(String text) {
        return parseYaml(text, MAX_DOCUMENT_BYTES);
    }

    /**
     * Parses YAML as {@link #parseYaml(String)} does.
     *
     * @param maxBytes refuses more than this many bytes of UTF-8
     * @throws JsonException when it is not such a text
     */
    public static @Nullable Object parseYaml(String text, int maxBytes) {
        return new ValueReader(YamlText.FORMAT).read(requireSize(text, maxBytes));
    }

    /**
     * Compact JSON, on one line.
     *
     * @throws FlagsException when the value is not made of what {@link #parse} returns
     */
    public static String write(@Nullable Object value) {
        return ValueWriter.write(JsonText.FORMAT, value);
    }

    /** Indented JSON for people, ending with a line feed. */
    public static String writePretty(@Nullable Object value) {
        return ValueWriter.write(JsonText.PRETTY, value) + "\n";
    }

    /** YAML for people, ending with a line feed. */
    public static String writeYaml(@Nullable Object value) {
        return ValueWriter.write(YamlText.FORMAT, value);
    }

    private static String requireSize(String text, int maxBytes) {
        // a char is at most three bytes, so most texts need no counting
        if (text.length() > maxBytes || (text.length() * 3L > maxBytes && utf8Length(text) > maxBytes)) {
            throw new JsonException("is larger than " + maxBytes / 1024 + " KiB");
        }
        return text;
    }

    /** How many bytes a text takes in UTF-8. */
    public static long utf8Length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // each half of a surrogate pair stands for two of its four bytes
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }
}
