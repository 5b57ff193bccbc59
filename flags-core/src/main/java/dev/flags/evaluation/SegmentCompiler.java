package dev.flags.evaluation;

import dev.flags.model.Condition;
import dev.flags.model.Problem;
import dev.flags.model.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles all segments, those that others are made of first. A membership that closes a cycle matches nobody, whichever segment of the
 * cycle is looked at, and is reported; so is one that would touch more segments than {@link #MAX_WORK}. Not thread-safe; confine it
 * to one thread.
 */
final class SegmentCompiler {
    /** How many segments one membership may touch: nesting can double at every level. */
    static final int MAX_WORK = 1_000;

    private final Map<String, Segment> definitions;
    private final Map<String, Memberships> origins;
    private final Map<String, Set<String>> uses = new LinkedHashMap<>();
    private final Map<String, CompiledSegment> compiled = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private SegmentCompiler(Map<String, Segment> definitions, Map<String, Memberships> origins) {
        this.definitions = definitions;
        this.origins = origins;
    }

    /** What came out; problems included. */
    record Compiled(Map<String, CompiledSegment> segments, List<Problem> problems) {}

    /**
     * Compiles them.
     *
     * @param origins by segment, where imported members are looked up: where the segment's document comes from
     */
    static Compiled compile(Map<String, Segment> definitions, Map<String, Memberships> origins) {
        SegmentCompiler compiler = new SegmentCompiler(definitions, origins);
        compiler.compileAll();
        return new Compiled(compiler.compiled, List.copyOf(compiler.problems));
    }

    private void compileAll() {
        definitions.forEach((name, segment) -> uses.put(name, usedBy(segment)));
        Map<String, Set<String>> cyclic = edgesInCycles();
        // those without an uncompiled part next, until none is left: no recursion, however deep the nesting
        Map<String, Integer> waitingFor = new LinkedHashMap<>();
        Map<String, List<String>> waiters = new LinkedHashMap<>();
        Deque<String> ready = new ArrayDeque<>();
        uses.forEach((name, used) -> {
            int parts = 0;
            for (String part : used) {
                if (definitions.containsKey(part)
                        && !cyclic.getOrDefault(name, Set.of()).contains(part)) {
                    parts++;
                    waiters.computeIfAbsent(part, unused -> new ArrayList<>()).add(name);
                }
            }
            waitingFor.put(name, parts);
            if (parts == 0) {
                ready.add(name);
            }
        });
        while (!ready.isEmpty()) {
            String name = ready.remove();
            compiled.put(name, compileOne(name, cyclic.getOrDefault(name, Set.of())));
            for (String waiter : waiters.getOrDefault(name, List.of())) {
                if (waitingFor.merge(waiter, -1, Integer::sum) == 0) {
                    ready.add(waiter);
                }
            }
        }
    }

    private CompiledSegment compileOne(String name, Set<String> cyclic) {
        Segment segment = definitions.get(name);
        if (segment == null) {
            throw new IllegalStateException(name);
        }
        ConditionCompiler conditions = new ConditionCompiler(
                (part, report) -> {
                    if (cyclic.contains(part)) {
                        report.problem(
                                "segment",
                                "'" + part + "' is itself made of '" + name + "'; this condition matches nobody");
                        return null;
                    }
                    return find(compiled, part, report);
                },
                problems);
        List<Matcher[]> rules = new ArrayList<>();
        for (int i = 0; i < segment.rules().size(); i++) {
            rules.add(conditions.compile(segment.rules().get(i), Snapshot.OF_SEGMENT + name + "#/rules/" + i, null));
        }
        Set<String> names = new HashSet<>(conditions.looksAt());
        names.add(name);
        Memberships origin = origins.getOrDefault(name, Memberships.NONE);
        Memberships.Members members =
                segment.members().map(version -> origin.of(name, version)).orElse(null);
        if (members != null && origin == Memberships.NONE) {
            problems.add(
                    new Problem(
                            Snapshot.OF_SEGMENT + name + "#/members",
                            "are imported members, and the layer that the segment comes from keeps none; they cannot be looked up"));
        }
        return new CompiledSegment(
                segment, origin, members, List.copyOf(rules), Set.copyOf(names), 1 + conditions.work());
    }

    /** Looks a segment up for a condition; null, and reported, when it does not exist or is too deep. */
    static @Nullable CompiledSegment find(Map<String, CompiledSegment> compiled, String name, Operators.Report report) {
        CompiledSegment segment = compiled.get(name);
        if (segment == null) {
            report.problem("segment", "there is no segment '" + name + "'; this condition matches nobody");
            return null;
        }
        if (segment.work() > MAX_WORK) {
            report.problem(
                    "segment",
                    "'" + name + "' is nested over more than " + MAX_WORK + " segments; this condition matches nobody");
            return null;
        }
        return segment;
    }

    private static Set<String> usedBy(Segment segment) {
        Set<String> used = new HashSet<>();
        for (List<Condition> rule : segment.rules()) {
            for (Condition condition : rule) {
                if (condition instanceof Condition.InSegment membership) {
                    used.add(membership.segment());
                }
            }
        }
        return used;
    }

    /** For each segment, which of its parts are made of it again. */
    private Map<String, Set<String>> edgesInCycles() {
        Map<String, Set<String>> cyclic = new LinkedHashMap<>();
        uses.forEach((name, used) -> {
            if (used.isEmpty() || !reachable(used).contains(name)) {
                return;
            }
            for (String part : used) {
                if (part.equals(name)
                        || reachable(uses.getOrDefault(part, Set.of())).contains(name)) {
                    cyclic.computeIfAbsent(name, unused -> new HashSet<>()).add(part);
                }
            }
        });
        return cyclic;
    }

    private Set<String> reachable(Set<String> from) {
        Set<String> reached = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(from);
        while (!next.isEmpty()) {
            String name = next.remove();
            if (reached.add(name)) {
                next.addAll(uses.getOrDefault(name, Set.of()));
            }
        }
        return reached;
    }
}
