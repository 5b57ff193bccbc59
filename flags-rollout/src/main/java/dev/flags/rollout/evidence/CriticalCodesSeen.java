package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.Guard;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The critical codes of the plan that the treatment's calls failed with: once seen, seen for the run. The control's are noted, too, but
 * breach nothing: a rollback does not mend the path that it leads to. Not thread-safe; confine it to one thread.
 */
final class CriticalCodesSeen {
    private static final Seen NEVER = new Seen(0, 0);

    private final Set<String> codes = new TreeSet<>();
    private final Map<String, Seen> seen = new TreeMap<>();

    private final Set<String> latched = new TreeSet<>();

    private record Seen(long treatment, long control) {}

    CriticalCodesSeen(List<Guard> guards) {
        for (Guard guard : guards) {
            if (guard instanceof Guard.CriticalCodes critical) {
                codes.addAll(critical.codes());
            }
        }
    }

    /** Looks at a row, perhaps again and again: one failure is enough, so there is no waiting until the row is final. */
    void notice(OutcomeRow row) {
        if (!codes.isEmpty()) {
            row.treatment().codes().keySet().stream().filter(codes::contains).forEach(latched::add);
        }
    }

    /** Counts a row that is used, once. */
    void add(OutcomeRow row) {
        row.treatment().codes().forEach((code, failures) -> add(code, new Seen(failures, 0)));
        row.control().codes().forEach((code, failures) -> add(code, new Seen(0, failures)));
    }

    private void add(String code, Seen more) {
        if (codes.contains(code)) {
            seen.merge(code, more, (a, b) -> new Seen(a.treatment + b.treatment, a.control + b.control));
        }
    }

    /** Those of the treatment, ever. */
    Set<String> latched(Collection<String> of) {
        Set<String> found = new TreeSet<>(latched);
        found.retainAll(of);
        return found;
    }

    /** How often, as far as rows were used. */
    long treatment(Collection<String> of) {
        return of.stream()
                .mapToLong(code -> seen.getOrDefault(code, NEVER).treatment())
                .sum();
    }

    long control(Collection<String> of) {
        return of.stream()
                .mapToLong(code -> seen.getOrDefault(code, NEVER).control())
                .sum();
    }

    Map<String, Object> tree() {
        Map<String, Object> counts = new LinkedHashMap<>();
        seen.forEach((code, each) -> counts.put(code, List.of(each.treatment(), each.control())));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("latched", List.copyOf(latched));
        tree.put("counts", counts);
        return tree;
    }

    static CriticalCodesSeen read(List<Guard> guards, Tree tree) {
        CriticalCodesSeen read = new CriticalCodesSeen(guards);
        tree.list("latched").forEach(code -> read.latched.add(String.valueOf(code)));
        Tree counts = tree.tree("counts");
        for (String code : counts.names()) {
            List<Long> each = counts.counts(code);
            if (each.size() != 2) {
                throw new IllegalArgumentException("failures with " + code + " are of two arms, were " + each);
            }
            read.seen.put(code, new Seen(each.get(0), each.get(1)));
        }
        return read;
    }
}
