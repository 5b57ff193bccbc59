package dev.flags.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/** Reads one text into values, refusing what {@link Json} says. */
final class ValueReader {
    static final int MAX_NUMBER_LENGTH = 400;
    private static final int MAX_SCALE = 400;
    private static final JsonShape EVERYTHING = JsonShape.each(JsonShape.VALUE);
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private static final Pattern PARSER_ADVICE =
            Pattern.compile(" \\(start marker at.*|: enable `.*| \\(\\d+, from `.*|; line: .*| \\(for input.*");

    private final TextFormat format;

    ValueReader(TextFormat format) {
        this.format = format;
    }

    @Nullable
    Object read(String text) {
        return read(text, JsonShape.VALUE);
    }

    @Nullable
    Object read(String text, JsonShape shape) {
        // what some editors put at the head of a file
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try (JsonParser parser = format.parser(plain)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new JsonException("is empty");
            }
            Object value = shaped(parser, plain, 0, shape);
            if (parser.nextToken() != null) {
                throw refused(parser, "more text follows after the end of the document");
            }
            return value;
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw new JsonException(
                    "is not valid " + format.name() + (at == null ? "" : " at " + place(at)) + ": " + firstLine(e), e);
        }
    }

    private @Nullable Object shaped(JsonParser parser, String text, int depth, JsonShape shape) {
        if (shape == JsonShape.PART) {
            return part(parser, text, depth);
        }
        return shape.isObject() && parser.currentToken() == JsonToken.START_OBJECT
                ? object(parser, text, depth + 1, shape)
                : value(parser, text, depth);
    }

    private JsonShape.@Nullable Part part(JsonParser parser, String text, int depth) {
        long start = parser.currentTokenLocation().getCharOffset();
        Object value = value(parser, text, depth);
        return value == null
                ? null
                : new JsonShape.Part(
                        text.substring(
                                (int) start, (int) parser.currentLocation().getCharOffset()),
                        value);
    }

    private @Nullable Object value(JsonParser parser, String text, int depth) {
        if (format.isReference(parser)) {
            throw refused(parser, "uses a YAML alias (*name), which is not supported; write the value out");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, text, depth + 1, EVERYTHING);
            case START_ARRAY -> list(parser, text, depth + 1);
            case VALUE_STRING -> whole(parser, parser.getString());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> decimal(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw refused(parser, "holds something that is not a JSON value");
        };
    }

    private Map<String, Object> object(JsonParser parser, String text, int depth, JsonShape shape) {
        requireDepth(parser, depth);
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = whole(parser, parser.currentName());
            if (fields.containsKey(name)) {
                throw duplicate(parser, text, name);
            }
            parser.nextToken();
            JsonShape member = shape.member(name);
            if (member == null) {
                parser.skipChildren();
            } else {
                put(fields, name, shaped(parser, text, depth, member));
            }
        }
        return fields;
    }

    @SuppressWarnings("NullAway") // a JSON null is a value here; only those who read unknown fields meet it
    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        fields.put(name, value);
    }

    private List<@Nullable Object> list(JsonParser parser, String text, int depth) {
        requireDepth(parser, depth);
        List<@Nullable Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser, text, depth));
        }
        return items;
    }

    private static Object integer(JsonParser parser) {
        if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        BigInteger value = parser.getBigIntegerValue();
        boolean fits = value.compareTo(MIN_LONG) >= 0 && value.compareTo(MAX_LONG) <= 0;
        return fits ? (Object) value.longValueExact() : new BigDecimal(value);
    }

    private static BigDecimal decimal(JsonParser parser) {
        if (parser.isNaN()) {
            throw refused(parser, "holds a number that is not finite");
        }
        BigDecimal value = parser.getDecimalValue();
        // 1e999999999 is short to write, and takes gigabytes as soon as anyone turns it into an integer or into digits
        if (Math.abs((long) value.scale()) > MAX_SCALE) {
            throw refused(parser, "holds a number that is out of range: " + value);
        }
        return value;
    }

    /** Half of a surrogate pair is no character: it has no UTF-8, so no store and no hash could keep it. */
    private static String whole(JsonParser parser, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw refused(parser, String.format("holds half of a surrogate pair (U+%04X)", (int) c));
                }
                i++;
            }
        }
        return text;
    }

    private static void requireDepth(JsonParser parser, int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw refused(parser, "is nested more than " + Json.MAX_DEPTH + " deep");
        }
    }

    private JsonException duplicate(JsonParser parser, String text, String name) {
        TokenStreamLocation again = parser.currentTokenLocation();
        JsonPointer pointer = parser.streamReadContext().pathAsPointer();
        return new JsonException(
                "has " + pointer + " twice: at " + firstPlace(text, name, pointer) + " and at " + place(again));
    }

    /** Reads the text once more, because nobody notes positions while all is well. */
    private String firstPlace(String text, String name, JsonPointer pointer) {
        try (JsonParser parser = format.parser(text)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.PROPERTY_NAME
                        && name.equals(parser.currentName())
                        && pointer.equals(parser.streamReadContext().pathAsPointer())) {
                    return place(parser.currentTokenLocation());
                }
            }
        }
        return "an earlier place";
    }

    private static JsonException refused(JsonParser parser, String message) {
        return new JsonException(message + " (" + place(parser.currentTokenLocation()) + ")");
    }

    private static String place(TokenStreamLocation at) {
        return "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    private static String firstLine(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        // the rest is advice to those who program Jackson
        return PARSER_ADVICE.matcher(message.lines().findFirst().orElse("")).replaceFirst("");
    }
}
