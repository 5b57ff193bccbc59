package dev.flags.rollout.controller;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.rollout.Precondition;
import dev.flags.rollout.RolloutPlan;
import java.util.Optional;
import java.util.function.Function;

/** Preconditions on other flags of the environment: they are in the store, so nobody outside has to be asked. */
final class FlagRequirement {
    private FlagRequirement() {}

    /** Why the first one that is not so is not; empty when all are. */
    static Optional<String> unmet(RolloutPlan plan, Function<String, FlagState> flags) {
        return plan.preconditions().stream()
                .flatMap(precondition ->
                        precondition instanceof Precondition.FlagIs is ? unmet(is, flags).stream() : null)
                .findFirst();
    }

    static Optional<String> unmet(Precondition.FlagIs is, Function<String, FlagState> flags) {
        FlagState flag = flags.apply(is.flag());
        Optional<FlagDefinition> served = flag.kill().isPresent()
                ? Optional.empty()
                : flag.definition().filter(FlagDefinition::enabled).filter(definition -> !definition.archived());
        boolean on =
                served.filter(definition -> definition.percentage().isFull()).isPresent();
        boolean off =
                served.filter(definition -> !definition.percentage().isZero()).isEmpty();
        if (is.on() ? on : off) {
            return Optional.empty();
        }
        return Optional.of("the flag " + is.flag() + " must be " + (is.on() ? "on for everybody" : "off") + ", and is "
                + served.map(definition -> "at " + definition.percentage())
                        .orElse(flag.kill().isPresent() ? "killed" : "off"));
    }
}
