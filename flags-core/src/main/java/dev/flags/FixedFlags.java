package dev.flags;

import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.Split;
import dev.flags.source.MemorySource;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes {@link Flags#fixed}. */
final class FixedFlags {
    private static final String VARIANT = "fixed";

    private FixedFlags() {}

    static Flags of(Map<String, ?> values) {
        MemorySource source = new MemorySource(VARIANT);
        values.forEach((key, value) -> source.set(definition(key, value)));
        return Flags.builder().layer(source).startup(StartupPolicy.dontWait()).build();
    }

    private static FlagDefinition definition(String key, Object value) {
        if (value instanceof Boolean on) {
            return FlagDefinition.builder(key)
                    .percentage(on ? Percentage.FULL : Percentage.ZERO)
                    .build();
        }
        Map<String, Object> variants = new LinkedHashMap<>();
        variants.put(VARIANT, number(value));
        // the off variant of a flag at 100 % is never served; it has to be another one so that this one is the
        // treatment
        variants.put("off", number(value));
        return FlagDefinition.builder(key)
                .variants(variants)
                .offVariant("off")
                .split(new Split(List.of(new Split.Part(VARIANT, 1))))
                .percentage(Percentage.FULL)
                .build();
    }

    private static Object number(Object value) {
        if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float || value instanceof Double) {
            return BigDecimal.valueOf(((Number) value).doubleValue());
        }
        return value;
    }
}
