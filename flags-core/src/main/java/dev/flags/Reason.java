package dev.flags;

/** Why a decision came out as it did. The names are part of the command line's and the metrics' format. */
public enum Reason {
    /** A kill latch, in any layer, forces the off variant. */
    KILLED,
    /** The flag is not enabled: the off variant. */
    DISABLED,
    /** A prerequisite, direct or transitive, is not served as required, does not exist, or is part of a cycle: the off variant. */
    PREREQUISITE_FAILED,
    /** The targeting key is listed by name. */
    TARGET,
    /** A rule matched; the decision names it. */
    RULE,
    /** The bucket of the targeting key was compared with the percentage. */
    PERCENTAGE,
    /** The key is treated, and a split chose among several variants. */
    SPLIT,
    /** Nothing matched and no bucket was needed: the percentage is 0 (off variant) or 100 (treatment). */
    DEFAULT,
    /** A bucket was needed and there is no targeting key (or no value of the flag's {@code bucketBy}): the off variant. */
    NO_TARGETING_KEY,
    /** No layer knows the flag: the caller's default. */
    FLAG_NOT_FOUND,
    /** The variant's value has another type than the caller asked for: the caller's default. */
    TYPE_MISMATCH,
    /** The flag's document cannot be understood and there is no earlier good form: the caller's default. */
    MALFORMED_FLAG,
    /** Nothing has been loaded yet from any layer: the caller's default. */
    NOT_READY
}
