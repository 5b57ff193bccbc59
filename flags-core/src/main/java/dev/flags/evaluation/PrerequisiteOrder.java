package dev.flags.evaluation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The order in which flags are compiled: prerequisites before those that need them. What is left when no flag is free of uncompiled
 * prerequisites is part of a cycle or leads to one. No recursion, however long the chain. Not thread-safe; confine it to one thread.
 */
final class PrerequisiteOrder {
    /** How many flags of a cycle a message names. */
    private static final int NAMED = 10;

    private final Map<String, EffectiveFlag> flags;
    private final Map<String, Set<String>> waitingFor = new LinkedHashMap<>();
    private final Map<String, List<String>> waiters = new HashMap<>();

    PrerequisiteOrder(Map<String, EffectiveFlag> flags) {
        this.flags = flags;
    }

    /** Calls the action for each flag, in order, with the cycle it is stuck in; null for most. */
    void forEach(BiConsumer<EffectiveFlag, @Nullable String> action) {
        Deque<EffectiveFlag> ready = new ArrayDeque<>();
        for (EffectiveFlag flag : flags.values()) {
            Set<String> prerequisites = new LinkedHashSet<>(FlagCompiler.prerequisitesOf(flag));
            prerequisites.retainAll(flags.keySet());
            if (prerequisites.isEmpty()) {
                ready.add(flag);
            } else {
                waitingFor.put(flag.key(), prerequisites);
                prerequisites.forEach(key -> waiters.computeIfAbsent(key, unused -> new ArrayList<>())
                        .add(flag.key()));
            }
        }
        while (!ready.isEmpty()) {
            EffectiveFlag flag = ready.remove();
            action.accept(flag, null);
            for (String waiter : waiters.getOrDefault(flag.key(), List.of())) {
                Set<String> left = waitingFor.get(waiter);
                if (left != null && left.remove(flag.key()) && left.isEmpty()) {
                    waitingFor.remove(waiter);
                    ready.add(flag(waiter));
                }
            }
        }
        Map<String, String> cycles = cycles();
        waitingFor.keySet().forEach(key -> action.accept(flag(key), cycles.get(key)));
    }

    private EffectiveFlag flag(String key) {
        return Objects.requireNonNull(flags.get(key), key);
    }

    /** For each flag left, the cycle that its first unresolved prerequisites lead into. */
    private Map<String, String> cycles() {
        Map<String, String> cycles = new HashMap<>();
        for (String start : waitingFor.keySet()) {
            Set<String> path = new LinkedHashSet<>();
            String at = start;
            while (!cycles.containsKey(at) && !path.contains(at)) {
                path.add(at);
                at = waitingFor.getOrDefault(at, Set.of()).iterator().next();
            }
            String known = cycles.get(at);
            String cycle = known != null ? known : named(path, at);
            path.forEach(key -> cycles.put(key, cycle));
        }
        return cycles;
    }

    private static String named(Set<String> path, String entry) {
        List<String> keys = new ArrayList<>(path);
        List<String> cycle = keys.subList(keys.indexOf(entry), keys.size());
        String arrows = String.join(" → ", cycle.subList(0, Math.min(NAMED, cycle.size())));
        return cycle.size() > NAMED ? arrows + " → … (" + cycle.size() + " flags)" : arrows + " → " + entry;
    }
}
