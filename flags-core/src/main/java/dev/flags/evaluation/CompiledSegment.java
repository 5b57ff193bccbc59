package dev.flags.evaluation;

import dev.flags.model.Segment;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A segment, compiled: excluded keys, then listed keys, then imported members, then rules, of which any suffices. Immutable.
 *
 * @param definition what it was compiled from
 * @param origin where its imported members are looked up; the same for a segment without any
 * @param members its imported members; null without any
 * @param rules each a list of AND-ed conditions
 * @param names this segment and all that it is made of
 * @param work how many segments one look at it may touch
 */
record CompiledSegment(
        Segment definition,
        Memberships origin,
        Memberships.@Nullable Members members,
        List<Matcher[]> rules,
        Set<String> names,
        int work) {

    /** Whether compiling this once more would make the same. */
    boolean isOf(Segment otherDefinition, @Nullable Memberships otherOrigin) {
        return definition.equals(otherDefinition) && origin.equals(otherOrigin);
    }

    boolean isLarge() {
        return members != null;
    }

    Match match(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        Match result = Match.NO;
        boolean membershipUnknown = false;
        if (targetingKey != null && !targetingKey.isEmpty()) {
            if (definition.excluded().contains(targetingKey)) {
                return Match.NO;
            }
            if (definition.keys().contains(targetingKey)) {
                return Match.YES;
            }
            if (members != null) {
                switch (members.ask(targetingKey)) {
                    case YES -> {
                        return Match.YES;
                    }
                    case UNKNOWN -> {
                        membershipUnknown = true;
                        result = Match.UNKNOWN;
                    }
                    case NO -> {}
                }
            }
        } else if (!definition.excluded().isEmpty()) {
            // whoever cannot be told from those excluded is let in by nothing
            return Match.UNKNOWN;
        } else if (!definition.keys().isEmpty() || members != null) {
            result = Match.UNKNOWN;
        }
        // by index: an iterator is an object, which the compiler does not always make disappear
        for (int i = 0; i < rules.size(); i++) {
            Match match = Matcher.all(rules.get(i), targetingKey, subject, attributes);
            if (match == Match.YES) {
                return Match.YES;
            }
            if (match == Match.UNKNOWN) {
                result = Match.UNKNOWN;
            }
        }
        if (membershipUnknown) {
            UnknownMemberships.note(attributes, definition.name());
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
            AttributeReader<Object> noting = new UnknownMemberships(attributes);
            return switch (segment.match(targetingKey, subject, noting)) {
                case YES -> "is in the segment";
                case NO -> "is not in the segment";
                case UNKNOWN -> unknown(UnknownMemberships.notedBy(noting));
            };
        }

        private static String unknown(Set<String> segments) {
            return segments.isEmpty()
                    ? "cannot be told from what is known of the subject"
                    : "membership of the large segment " + String.join(", ", new TreeSet<>(segments))
                            + " is not known yet; it is fetched in the background";
        }
    }
}
