package dev.flags.evaluation;

/**
 * What comparing something gave. The third value keeps a promise: what is missing, not comparable or not understood matches
 * neither as it stands nor negated, however deep in segments it happens, so that a gap in the data never widens a rule.
 */
enum Match {
    YES,
    NO,
    /** The attribute is missing or of another kind, or the condition itself is not understood. */
    UNKNOWN;

    Match negatedIf(boolean negate) {
        if (!negate || this == UNKNOWN) {
            return this;
        }
        return this == YES ? NO : YES;
    }

    static Match of(boolean matches) {
        return matches ? YES : NO;
    }
}
