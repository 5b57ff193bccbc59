package dev.flags.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Guards, or rules for advancing, of a plan on top of those of the plan that it begins with: one of the same name takes that one's place.
 * Not thread-safe; confine it to one thread.
 */
final class NamedRules<T> {
    private final Function<T, String> name;
    private final List<T> base = new ArrayList<>();
    private final List<T> own = new ArrayList<>();

    NamedRules(Function<T, String> name) {
        this.name = name;
    }

    /** Adds to those that the plan's own can replace. */
    void startFrom(List<T> rules) {
        base.addAll(rules);
    }

    /** Adds one of the plan's own. */
    void add(T rule) {
        own.add(rule);
    }

    /** The name, with a number where another of the plan's own has it. */
    String free(String wanted) {
        return Stream.iterate(1, i -> i + 1)
                .map(i -> i == 1 ? wanted : wanted + "-" + i)
                .filter(candidate ->
                        own.stream().noneMatch(other -> name.apply(other).equals(candidate)))
                .findFirst()
                .orElseThrow();
    }

    /** All of them, each replaced one where it stood; two of the plan's own with one name both stay, for the plan's rules to refuse. */
    List<T> merged() {
        List<T> merged = new ArrayList<>();
        for (T rule : base) {
            List<T> instead = own.stream()
                    .filter(mine -> name.apply(mine).equals(name.apply(rule)))
                    .toList();
            merged.addAll(instead.isEmpty() ? List.of(rule) : instead);
        }
        own.stream().filter(mine -> !merged.contains(mine)).forEach(merged::add);
        return merged;
    }
}
