package dev.flags.rollout;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Prerequisite;
import dev.flags.rollout.Precondition.FlagIs;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whether a flag is on for everybody, or off for everybody: rules, targets and prerequisites count. Not thread-safe; confine it to one
 * thread.
 *
 * @param flags the environment's, by key; {@link FlagState#absent} for one that is not there
 */
record ForEverybody(Function<String, FlagState> flags) {

    /** Why a precondition is not so; empty when it is. */
    Optional<String> unmet(FlagIs wanted) {
        FlagState state = flags.apply(wanted.flag());
        if (state.revision() == 0) {
            return Optional.of("there is no flag " + wanted.flag());
        }
        boolean known =
                !state.isMalformed() || state.kill().isPresent(); // else applications go on with its last good form
        boolean so = known && (wanted.on() ? isOn(state, new HashSet<>()) : isOff(state, new HashSet<>()));
        return so
                ? Optional.empty()
                : Optional.of("flag " + wanted.flag() + " is not " + (wanted.on() ? "on" : "off")
                        + " for everybody: it " + describe(state));
    }

    private boolean isOn(FlagState state, Set<String> seen) {
        Optional<FlagDefinition> serving = serving(state);
        return serving.isPresent()
                && serving.get().percentage().isFull()
                && !reaches(serving.get(), true)
                && serving.get().prerequisites().stream().allMatch(needed -> holds(needed, seen));
    }

    private boolean isOff(FlagState state, Set<String> seen) {
        Optional<FlagDefinition> serving = serving(state);
        return serving.isEmpty()
                || (serving.get().percentage().isZero() && !reaches(serving.get(), false))
                || serving.get().prerequisites().stream().anyMatch(needed -> fails(needed, seen));
    }

    /** The definition by which it serves now; empty: everybody gets the off variant, or the application's default. */
    private static Optional<FlagDefinition> serving(FlagState state) {
        return state.kill().isPresent()
                ? Optional.empty()
                : state.definition().filter(definition -> definition.enabled() && !definition.archived());
    }

    /** Whether some target, rule or part of a split serves the off variant, or any other. */
    private static boolean reaches(FlagDefinition definition, boolean off) {
        Stream<String> byRules = definition.rules().stream()
                .flatMap(rule -> Stream.concat(
                        rule.serve().variant().stream(),
                        rule.serve().split().stream()
                                .flatMap(split -> split.parts().stream().map(part -> part.variant()))));
        Stream<String> bySplit = off
                ? definition.split().stream()
                        .flatMap(split -> split.parts().stream().map(part -> part.variant()))
                : Stream.empty();
        Stream<String> byTargets = definition.targets().stream().map(target -> target.variant());
        return Stream.of(byRules, bySplit, byTargets)
                .flatMap(variants -> variants)
                .anyMatch(variant -> variant.equals(definition.offVariant()) == off);
    }

    /** Whether everybody meets it. */
    private boolean holds(Prerequisite needed, Set<String> seen) {
        FlagState state = flags.apply(needed.flag());
        if (!seen.add(needed.flag()) || state.definition().isEmpty()) {
            return false; // flags that need each other hold for nobody
        }
        FlagDefinition definition = state.definition().get();
        if (needed.variant().filter(definition.offVariant()::equals).isPresent()) {
            return isOff(state, seen);
        }
        boolean any = needed.variant().isEmpty();
        return isOn(state, seen)
                && (any || (definition.split().isEmpty() && needed.variant().equals(definition.treatment())));
    }

    /** Whether nobody meets it. */
    private boolean fails(Prerequisite needed, Set<String> seen) {
        FlagState state = flags.apply(needed.flag());
        if (!seen.add(needed.flag()) || state.definition().isEmpty()) {
            return true;
        }
        String off = state.definition().get().offVariant();
        return needed.variant().filter(off::equals).isPresent() ? isOn(state, seen) : isOff(state, seen);
    }

    private static String describe(FlagState state) {
        if (state.isMalformed()) {
            return "has a document that cannot be understood";
        }
        if (serving(state).isEmpty()) {
            return state.kill().isPresent()
                    ? "is killed"
                    : state.isLive()
                            ? "is disabled"
                            : state.definition().isEmpty() ? "has no definition" : "is archived";
        }
        FlagDefinition definition = serving(state).get();
        boolean more = !definition.rules().isEmpty()
                || !definition.targets().isEmpty()
                || !definition.prerequisites().isEmpty()
                || definition.split().isPresent();
        return "is at " + definition.percentage() + (more ? ", and its rules, targets or prerequisites count too" : "");
    }
}
