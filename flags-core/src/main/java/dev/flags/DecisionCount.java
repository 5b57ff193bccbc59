package dev.flags;

/**
 * How often a variant was served. Immutable.
 *
 * @param key the flag
 * @param variant the variant; {@code "(default)"} where the caller's default applied
 * @param count since the {@link Flags} was built
 */
public record DecisionCount(String key, String variant, long count) {}
