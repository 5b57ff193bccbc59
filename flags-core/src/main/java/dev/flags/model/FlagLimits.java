package dev.flags.model;

/** How many and how long the parts of a flag may be. The JSON Schema repeats them. */
final class FlagLimits {
    static final int VARIANTS = 100;
    static final int RULES = 200;
    static final int CONDITIONS = 50;
    static final int VALUES = 10_000;
    static final int PREREQUISITES = 50;
    static final int TARGETS = 100;
    static final int SPLIT_PARTS = 100;
    static final int WEIGHT = 1_000_000;
    static final int TAGS = 50;

    /** Characters of a tag, an owner, a salt, or an attribute's name. */
    static final int NAME = 200;

    /** Characters of a targeting key. */
    static final int TARGETING_KEY = 1_000;

    /** Characters of a description, or of a value in a condition. */
    static final int TEXT = 10_000;

    private FlagLimits() {}
}
