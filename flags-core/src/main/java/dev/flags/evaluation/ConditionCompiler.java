package dev.flags.evaluation;

import dev.flags.model.Condition;
import dev.flags.model.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the conditions of one flag or segment, and notes what is wrong with them and which segments they look at. Not
 * thread-safe; confine it to one thread.
 */
final class ConditionCompiler {
    private final Segments segments;
    private final List<Problem> problems;
    private final Set<String> looksAt = new HashSet<>();
    private int work;

    /** Where conditions find segments. */
    interface Segments {
        /** The segment, or null with the reason why there is none told to the report. */
        @Nullable
        CompiledSegment find(String name, Operators.Report report);
    }

    /** Makes a matcher of a percentage; null where percentages have no place. */
    interface ShareCompiler {
        Matcher compile(Condition.Share share);
    }

    ConditionCompiler(Segments segments, List<Problem> problems) {
        this.segments = segments;
        this.problems = problems;
    }

    Matcher[] compile(List<Condition> conditions, String path, @Nullable ShareCompiler shares) {
        List<Matcher> matchers = new ArrayList<>();
        for (int i = 0; i < conditions.size(); i++) {
            String at = path + "/" + i;
            matchers.add(compile(
                    conditions.get(i),
                    shares,
                    (field, message) -> problems.add(new Problem(at + "/" + field, message))));
        }
        return matchers.toArray(Matcher[]::new);
    }

    private Matcher compile(Condition condition, @Nullable ShareCompiler shares, Operators.Report report) {
        if (condition instanceof Condition.Attribute attribute) {
            return Operators.compile(attribute, report);
        }
        if (condition instanceof Condition.InSegment membership) {
            return membership(membership, report);
        }
        Condition.Share share = (Condition.Share) condition;
        if (shares == null) {
            report.problem("percentage", "has no place in a segment; it matches nobody");
            return new AttributeMatcher.Never("within " + share.percentage());
        }
        return shares.compile(share);
    }

    private Matcher membership(Condition.InSegment membership, Operators.Report report) {
        looksAt.add(membership.segment());
        CompiledSegment segment = segments.find(membership.segment(), report);
        if (segment == null) {
            return new AttributeMatcher.Never(
                    (membership.negate() ? "not " : "") + "in segment " + membership.segment());
        }
        looksAt.addAll(segment.names());
        work = Math.min(work + segment.work(), Integer.MAX_VALUE / 2);
        return new CompiledSegment.Membership(segment, membership.negate());
    }

    /** The names of all segments looked at, those that do not exist among them. */
    Set<String> looksAt() {
        return Set.copyOf(looksAt);
    }

    /** How many segments one look at all compiled conditions may touch. */
    int work() {
        return work;
    }
}
