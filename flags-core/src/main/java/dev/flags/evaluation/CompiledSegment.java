package dev.flags.evaluation;

import dev.flags.model.Segment;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A segment, compiled: excluded keys, then listed keys, then rules, of which any suffices. Immutable.
 *
 * @param definition what it was compiled from
 * @param rules each a list of AND-ed conditions
 * @param names this segment and all that it is made of
 * @param work how many segments one look at it may touch
 */
record CompiledSegment(Segment definition, List<Matcher[]> rules, Set<String> names, int work) {

    Match match(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        Match result = Match.NO;
        if (targetingKey != null && !targetingKey.isEmpty()) {
            if (definition.excluded().contains(targetingKey)) {
                return Match.NO;
            }
            if (definition.keys().contains(targetingKey)) {
                return Match.YES;
            }
        } else if (!definition.excluded().isEmpty()) {
            // whoever cannot be told from those excluded is let in by nothing
            return Match.UNKNOWN;
        } else if (!definition.keys().isEmpty()) {
            result = Match.UNKNOWN;
        }
        for (Matcher[] rule : rules) {
            Match match = Matcher.all(rule, targetingKey, subject, attributes);
            if (match == Match.YES) {
                return Match.YES;
            }
            if (match == Match.UNKNOWN) {
                result = Match.UNKNOWN;
            }
        }
        return result;
    }

    /** Membership as a condition. */
    record Membership(CompiledSegment segment, boolean negate) implements Matcher {
        @Override
        public Match match(
                @Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
            return segment.match(targetingKey, subject, attributes).negatedIf(negate);
        }

        @Override
        public String describe() {
            return (negate ? "not " : "") + "in segment " + segment.definition.name();
        }

        @Override
        public String found(
                @Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
            return switch (segment.match(targetingKey, subject, attributes)) {
                case YES -> "is in the segment";
                case NO -> "is not in the segment";
                case UNKNOWN -> "cannot be told from what is known of the subject";
            };
        }
    }
}
