package dev.flags.rollout;

/**
 * What must be so for a stage to be left upwards: {@code error-rate < 1%}. Immutable.
 *
 * @param name unique among the plan's rules for advancing
 * @param bad which calls are bad
 * @param below their share of the treatment's calls within the stage must be below this, 0 to 1
 * @param minimum of at least so many calls
 */
public record AdvanceRule(String name, Guard.Bad bad, double below, int minimum) {
    /** As plans have it; {@link #parse} gives the same rule for it. */
    public String text() {
        return GuardText.of(this);
    }

    /** The same rule under another name. */
    AdvanceRule named(String other) {
        return new AdvanceRule(other, bad, below, minimum);
    }

    /**
     * Parses a rule such as {@code p95 < 10s}; without a name it gets one that says what it looks at.
     *
     * @throws dev.flags.model.InvalidFlagException when it is none; the message says at which character
     */
    public static AdvanceRule parse(String text) {
        return GuardReader.advance(text).rule();
    }
}
