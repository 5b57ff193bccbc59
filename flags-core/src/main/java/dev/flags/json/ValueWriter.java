package dev.flags.json;

import dev.flags.FlagsException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;

/** Writes values as text. */
final class ValueWriter {
    private ValueWriter() {}

    static String write(TextFormat format, @Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator to = format.generator(text)) {
            write(to, value);
        } catch (JacksonException e) {
            throw new FlagsException("cannot be written as " + format.name() + ": " + e.getOriginalMessage(), e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator to, @Nullable Object value) {
        if (value == null) {
            to.writeNull();
        } else if (value instanceof String text) {
            to.writeString(text);
        } else if (value instanceof Boolean bool) {
            to.writeBoolean(bool);
        } else if (value instanceof Map<?, ?> fields) {
            to.writeStartObject();
            fields.forEach((name, field) -> {
                to.writeName(String.valueOf(name));
                write(to, field);
            });
            to.writeEndObject();
        } else if (value instanceof List<?> items) {
            to.writeStartArray();
            items.forEach(item -> write(to, item));
            to.writeEndArray();
        } else if (value instanceof Long || value instanceof Integer) {
            to.writeNumber(((Number) value).longValue());
        } else if (value instanceof BigDecimal decimal) {
            to.writeNumber(decimal);
        } else if (value instanceof BigInteger integer) {
            to.writeNumber(integer);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            to.writeNumber(number);
        } else {
            throw new FlagsException("is not a JSON value: " + value.getClass().getName());
        }
    }
}
