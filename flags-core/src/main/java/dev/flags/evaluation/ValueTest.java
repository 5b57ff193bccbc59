package dev.flags.evaluation;

/**
 * Compares one value, never a list, with what a condition names. May throw where the value's own code does; the caller takes that
 * for a missing value. Immutable.
 */
interface ValueTest {
    /** {@link Match#UNKNOWN} when the value is not of a kind that this test compares. */
    Match test(Object value);
}
