package dev.flags.store;

/**
 * What a store finds when it examines itself, for {@code flags doctor}. Immutable.
 *
 * @param subject what was looked at, in a word or two: {@code persistence}, {@code maxmemory-policy}
 * @param verdict how it looks
 * @param text one sentence: what was found, and what to do about it where something is to be done
 */
public record Finding(String subject, Verdict verdict, String text) {

    /** How one thing looks. */
    public enum Verdict {
        /** As it should be. */
        OK,
        /** It works, and yet somebody should look at it. */
        WARN,
        /** Something is wrong. */
        FAIL
    }
}
