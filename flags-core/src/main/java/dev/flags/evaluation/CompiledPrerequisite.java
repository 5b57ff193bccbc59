package dev.flags.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * A flag that must be served in a certain way. Immutable. Safe for use by multiple threads.
 *
 * @param variant which variant; null: any other than the off variant
 */
record CompiledPrerequisite(
        CompiledFlag flag,
        @Nullable String variant,
        @Nullable String offVariant) {
    boolean holds(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        return isServedBy(flag.evaluate(targetingKey, subject, attributes));
    }

    boolean isServedBy(Outcome outcome) {
        String served = outcome.variant();
        return served != null && (variant == null ? !served.equals(offVariant) : served.equals(variant));
    }
}
