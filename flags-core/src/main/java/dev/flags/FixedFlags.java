package dev.flags;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagDefinitionBuilder;
import dev.flags.model.Percentage;
import dev.flags.model.Split;
import dev.flags.source.MemorySource;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes {@link Flags#fixed}: ordinary flags over a layer in memory that nobody changes. */
final class FixedFlags {
    private static final String NAME = "fixed";

    private FixedFlags() {}

    static Flags of(Map<String, ?> values) {
        MemorySource source = new MemorySource(NAME);
        for (Map.Entry<String, ?> entry : values.entrySet()) {
            source.set(definition(entry.getKey(), entry.getValue()));
        }
        return Flags.builder()
                .environment(NAME)
                .layer(source)
                .startup(StartupPolicy.dontWait())
                .build();
    }

    private static FlagDefinition definition(String key, @Nullable Object value) {
        FlagDefinitionBuilder builder = FlagDefinition.builder(key);
        if (value instanceof Boolean on) {
            return builder.enabled(true)
                    .percentage(on ? Percentage.FULL : Percentage.ZERO)
                    .build();
        }
        // its only variant is the off variant too, so that a kill of it or a disabled one could not serve anything else
        return builder.variants(Map.of("value", jsonValue(key, value)))
                .offVariant("value")
                .percentage(Percentage.FULL)
                .split(new Split(List.of(new Split.Part("value", 1))))
                .build();
    }

    private static Object jsonValue(String key, @Nullable Object value) {
        if (value instanceof String
                || value instanceof Boolean
                || value instanceof Long
                || value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double || value instanceof Float || value instanceof BigInteger) {
            try {
                return new BigDecimal(value.toString());
            } catch (NumberFormatException e) {
                throw new FlagsException("flag '" + key + "': " + value + " is no JSON number", e);
            }
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((name, part) -> copy.put(String.valueOf(name), jsonValue(key, part)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(part -> copy.add(jsonValue(key, part)));
            return copy;
        }
        throw new FlagsException("flag '" + key + "': a value must be a Boolean, String, Number, Map or List, was "
                + (value == null ? "null" : value.getClass().getName()));
    }
}
