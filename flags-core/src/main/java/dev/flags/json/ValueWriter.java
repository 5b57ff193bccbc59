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
        } else if (value instanceof String) {
            to.writeString((String) value);
        } else if (value instanceof Boolean) {
            to.writeBoolean((Boolean) value);
        } else if (value instanceof Map) {
            to.writeStartObject();
            ((Map<?, ?>) value).forEach((name, field) -> {
                to.writeName(String.valueOf(name));
                write(to, field);
            });
            to.writeEndObject();
        } else if (value instanceof List) {
            to.writeStartArray();
            ((List<?>) value).forEach(item -> write(to, item));
            to.writeEndArray();
        } else if (value instanceof Long || value instanceof Integer) {
            to.writeNumber(((Number) value).longValue());
        } else if (value instanceof BigDecimal) {
            to.writeNumber((BigDecimal) value);
        } else if (value instanceof BigInteger) {
            to.writeNumber((BigInteger) value);
        } else if (value instanceof Double && Double.isFinite((Double) value)) {
            to.writeNumber((Double) value);
        } else {
            throw new FlagsException("is not a JSON value: " + value.getClass().getName());
        }
    }
}
