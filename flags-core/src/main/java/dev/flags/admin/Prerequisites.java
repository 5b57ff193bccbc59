package dev.flags.admin;

import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Prerequisite;
import dev.flags.model.Problem;
import dev.flags.store.Commit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What flags that need each other ask of a change. */
final class Prerequisites {
    private Prerequisites() {}

    /**
     * Refuses a change that would make flags wait for each other for ever. A cycle that is there already and that the change
     * leaves alone keeps nobody from working on other flags.
     *
     * @param changes the wanted states, by key
     * @throws InvalidFlagException with every changed flag that would need itself
     */
    static void requireNoCycle(Commit.Found found, Map<String, FlagState> changes) {
        List<Problem> problems = new ArrayList<>();
        changes.values().stream().filter(flag -> !needs(flag).isEmpty()).forEach(flag -> {
            List<String> cycle = cycle(found, changes, flag.key());
            if (!cycle.isEmpty()) {
                problems.add(
                        new Problem(flag.key() + "#/prerequisites", "is a cycle: " + String.join(" needs ", cycle)));
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidFlagException(problems);
        }
    }

    /** Who is left without what it needs. */
    static List<String> dependantNotes(Commit.Found found, String key) {
        return dependantNotes(found, key, Set.of());
    }

    /**
     * Who is left without what it needs.
     *
     * @param besides who is turned off anyway
     */
    static List<String> dependantNotes(Commit.Found found, String key, Set<String> besides) {
        return found.flags().stream()
                .filter(flag -> needs(flag).contains(key) && !besides.contains(flag.key()))
                .map(flag ->
                        flag.key() + " has " + key + " as a prerequisite and now serves its off variant to everybody")
                .toList();
    }

    /** From the flag back to itself; empty when no way leads there. Breadth first, so the shortest. */
    private static List<String> cycle(Commit.Found found, Map<String, FlagState> changes, String start) {
        Map<String, String> reachedFrom = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            String key = open.remove();
            FlagState changed = changes.get(key);
            for (String needed : needs(changed != null ? changed : found.flag(key))) {
                if (reachedFrom.putIfAbsent(needed, key) == null) {
                    open.add(needed);
                }
            }
        }
        Deque<String> path = new ArrayDeque<>();
        for (String at = reachedFrom.get(start); at != null; at = reachedFrom.get(at)) {
            path.addFirst(at);
            if (at.equals(start)) {
                path.addLast(start);
                break;
            }
        }
        return List.copyOf(path);
    }

    private static List<String> needs(FlagState flag) {
        return flag.definition()
                .filter(definition -> !definition.archived())
                .map(definition -> definition.prerequisites().stream()
                        .map(Prerequisite::flag)
                        .toList())
                .orElse(List.of());
    }
}
