package dev.flags.evaluation;

import org.jspecify.annotations.Nullable;

/**
 * Whether somebody belongs to a segment, and what says so. Immutable.
 *
 * @param known whether it does
 * @param by what decided
 */
public record SegmentMembership(Memberships.Known known, By by) {

    /** What decides a membership, in the order in which it is looked at. */
    public enum By {
        /** Excluded by name. */
        EXCLUDED,
        /** Listed by name. */
        LISTED,
        /** Among the imported members. */
        IMPORTED,
        /** A rule matched. */
        RULE,
        /** Nothing says that it belongs to it. */
        NOTHING,
        /** An attribute that a rule needs, the targeting key, or a membership of a large segment is not known. */
        UNKNOWN
    }

    static SegmentMembership of(
            CompiledSegment segment,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes) {
        Match match = segment.match(targetingKey, subject, attributes);
        if (match == Match.UNKNOWN) {
            return new SegmentMembership(Memberships.Known.UNKNOWN, By.UNKNOWN);
        }
        String key = targetingKey == null ? "" : targetingKey;
        if (match == Match.NO) {
            boolean excluded = segment.definition().excluded().contains(key);
            return new SegmentMembership(Memberships.Known.NO, excluded ? By.EXCLUDED : By.NOTHING);
        }
        By by = By.RULE;
        if (segment.definition().keys().contains(key)) {
            by = By.LISTED;
        } else if (!key.isEmpty()
                && segment.members() != null
                && segment.members().ask(key) == Memberships.Known.YES) {
            by = By.IMPORTED;
        }
        return new SegmentMembership(Memberships.Known.YES, by);
    }
}
