package dev.flags.cli;

import dev.flags.NoSuchFlagException;
import dev.flags.model.Condition;
import dev.flags.model.FlagState;
import dev.flags.model.Rule;
import dev.flags.model.Segment;
import dev.flags.model.SegmentVersion;
import dev.flags.store.FlagStore;
import dev.flags.store.StoredSegment;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A segment as a person sees it.
 *
 * @param revision the one that last changed it; 0 where the store has none
 * @param usedBy the flags whose rules look at it, be it by way of another segment
 */
record SegmentView(Segment segment, long revision, Set<String> usedBy) {

    /** All segments of a store, by name. */
    static Map<String, SegmentView> all(FlagStore store) {
        Map<String, Segment> segments = new TreeMap<>(store.segments());
        List<FlagState> flags = store.flags();
        Map<String, Long> revisions = revisions(store);
        Map<String, SegmentView> views = new LinkedHashMap<>();
        segments.forEach((name, segment) -> views.put(
                name, new SegmentView(segment, revisions.getOrDefault(name, 0L), usedBy(name, segments, flags))));
        return views;
    }

    static SegmentView find(FlagStore store, String name) {
        SegmentView view = all(store).get(name);
        if (view == null) {
            throw new NoSuchFlagException("there is no segment '" + name + "' in environment " + store.environment()
                    + "; 'flags segment list' lists them");
        }
        return view;
    }

    private static Map<String, Long> revisions(FlagStore store) {
        if (store instanceof ReadOnlyFile) {
            return Map.of();
        }
        Map<String, Long> revisions = new TreeMap<>();
        for (StoredSegment segment : store.load().segments()) {
            revisions.put(segment.name(), segment.revision());
        }
        return revisions;
    }

    private static Set<String> usedBy(String name, Map<String, Segment> segments, List<FlagState> flags) {
        Set<String> leading = new TreeSet<>(Set.of(name));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Segment segment : segments.values()) {
                if (segment.rules().stream().anyMatch(rule -> looksAt(rule, leading))) {
                    grown |= leading.add(segment.name());
                }
            }
        }
        Set<String> users = new TreeSet<>();
        for (FlagState flag : flags) {
            boolean looks = flag.definition()
                    .filter(definition -> !definition.archived())
                    .filter(definition -> definition.rules().stream()
                            .map(Rule::conditions)
                            .anyMatch(conditions -> looksAt(conditions, leading)))
                    .isPresent();
            if (looks) {
                users.add(flag.key());
            }
        }
        return users;
    }

    private static boolean looksAt(Collection<Condition> conditions, Set<String> names) {
        return conditions.stream()
                .anyMatch(condition ->
                        condition instanceof Condition.InSegment membership && names.contains(membership.segment()));
    }

    /** {@code large} with imported members; else by what it is made of. */
    String kind() {
        if (segment.members().isPresent()) {
            return "large";
        }
        if (!segment.rules().isEmpty()) {
            return "rules";
        }
        return segment.keys().isEmpty() ? "empty" : "listed";
    }

    /** How many belong to it by name; rules may let others in. */
    long members() {
        return segment.members().map(SegmentVersion::count).orElse(0L)
                + segment.keys().size();
    }

    Tree tree(Tree into) {
        return into.put("name", segment.name())
                .put("kind", kind())
                .put("members", members())
                .put("revision", revision)
                .put("usedBy", usedBy);
    }
}
