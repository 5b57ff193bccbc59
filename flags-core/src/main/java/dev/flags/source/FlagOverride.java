package dev.flags.source;

import dev.flags.model.Percentage;

/**
 * A layer's partial say of a flag: salt, variants, rules and targets stay those of the next layer that defines the flag, so that no
 * cohort is reshuffled. Where no lower layer defines the flag, it applies to a boolean flag with the key as its salt. Immutable.
 */
public sealed interface FlagOverride {
    /** Enabled, at this percentage. On is 100 %. */
    record AtPercentage(Percentage percentage) implements FlagOverride {}

    /** Not enabled. */
    record Off() implements FlagOverride {}

    /** Enabled, at 100 %, everybody who is treated gets this variant. */
    record ToVariant(String variant) implements FlagOverride {}
}
