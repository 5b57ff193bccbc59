package dev.flags.store;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads members of the JSON objects that this package writes; what is not of the expected type is a {@link JsonMismatch}. */
final class JsonTree {
    private final Map<String, Object> members;

    private JsonTree(Map<String, Object> members) {
        this.members = members;
    }

    /** A member that is missing or of another type. */
    static final class JsonMismatch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        JsonMismatch(String message) {
            super(message);
        }
    }

    static JsonTree parse(String text) {
        try {
            return of("the document", Json.parse(text, Json.MAX_FILE_BYTES));
        } catch (JsonException e) {
            throw new JsonMismatch(String.valueOf(e.getMessage()));
        }
    }

    static JsonTree of(String what, @Nullable Object value) {
        return new JsonTree(object(what, value));
    }

    /** A record's text as a value to embed; a text that is not JSON is embedded as a string. */
    static @Nullable Object embed(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Json.parse(text, Json.MAX_FILE_BYTES);
        } catch (JsonException e) {
            return text;
        }
    }

    /** The text of an embedded record. */
    static @Nullable String text(@Nullable Object embedded) {
        return embedded == null ? null : embedded instanceof String text ? text : Json.write(embedded);
    }

    Map<String, Object> members() {
        return members;
    }

    boolean has(String name) {
        return members.get(name) != null;
    }

    @Nullable
    Object get(String name) {
        return members.get(name);
    }

    String string(String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new JsonMismatch("'" + name + "' must be a string");
    }

    @Nullable
    String stringOrNull(String name) {
        return members.get(name) == null ? null : string(name);
    }

    String stringOr(String name, String otherwise) {
        return members.get(name) == null ? otherwise : string(name);
    }

    long integer(String name) {
        Object value = members.get(name);
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof BigDecimal number) {
            throw new JsonMismatch("'" + name + "' must be an integer, was " + number);
        }
        throw new JsonMismatch("'" + name + "' must be an integer");
    }

    JsonTree tree(String name) {
        return of("'" + name + "'", members.get(name));
    }

    /** The object under a name; empty when there is none. */
    Map<String, Object> objectOrEmpty(String name) {
        return members.get(name) == null ? Map.of() : object("'" + name + "'", members.get(name));
    }

    List<?> list(String name) {
        if (members.get(name) instanceof List<?> list) {
            return list;
        }
        throw new JsonMismatch("'" + name + "' must be a list");
    }

    @SuppressWarnings("unchecked") // the values of dev.flags.json are maps by name
    private static Map<String, Object> object(String what, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new JsonMismatch(what + " must be an object");
        }
        return (Map<String, Object>) map;
    }
}
