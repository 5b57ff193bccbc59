package dev.flags.evaluation;

import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.Split;
import dev.flags.source.FlagOverride;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the overrides of higher layers leave of a definition: the four things that they may change, and who has the last word on them.
 * An override that the definition cannot follow turns the flag off, which fails closed. Immutable.
 *
 * @param enabled the switch
 * @param percentage who is treated
 * @param treatment the variant for those who are; empty where the split chooses, or nothing says which
 * @param split how they divide; empty for a single treatment
 * @param layer the highest layer that overrides, otherwise that of the definition; null when there is neither
 * @param revision that layer's revision of the flag
 */
record Overridden(
        boolean enabled,
        Percentage percentage,
        Optional<String> treatment,
        Optional<Split> split,
        @Nullable String layer,
        long revision) {

    static Overridden of(EffectiveFlag effective, FlagDefinition definition, List<Problem> problems) {
        Overridden result = new Overridden(
                definition.enabled(),
                definition.percentage(),
                definition.treatment(),
                definition.split(),
                effective.layer(),
                effective.revision());
        for (EffectiveFlag.Applied applied : effective.overrides()) {
            result = result.by(applied, definition, message -> problems.add(new Problem(effective.key(), message)));
        }
        return result;
    }

    private Overridden by(EffectiveFlag.Applied applied, FlagDefinition definition, Consumer<String> problems) {
        FlagOverride override = applied.override();
        if (override instanceof FlagOverride.AtPercentage at) {
            if (!at.percentage().isZero() && split.isEmpty() && treatment.isEmpty()) {
                problems.accept(off(
                        applied, "sets a percentage, but the flag has several variants to treat with and no split"));
                return with(applied, false, at.percentage(), treatment, split);
            }
            return with(applied, true, at.percentage(), treatment, split);
        }
        if (override instanceof FlagOverride.ToVariant to) {
            if (!definition.variants().containsKey(to.variant())) {
                problems.accept(off(applied, "names the variant '" + to.variant() + "', which the flag does not have"));
                return with(applied, false, Percentage.FULL, Optional.empty(), Optional.empty());
            }
            return with(applied, true, Percentage.FULL, Optional.of(to.variant()), Optional.empty());
        }
        return with(applied, false, percentage, treatment, split);
    }

    private static Overridden with(
            EffectiveFlag.Applied last,
            boolean enabled,
            Percentage percentage,
            Optional<String> treatment,
            Optional<Split> split) {
        return new Overridden(enabled, percentage, treatment, split, last.layer(), last.revision());
    }

    private static String off(EffectiveFlag.Applied applied, String what) {
        return "the override of layer '" + applied.layer() + "' " + what + "; the flag is off";
    }
}
