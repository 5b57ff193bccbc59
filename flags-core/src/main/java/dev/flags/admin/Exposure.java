package dev.flags.admin;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says of a change whether it lowers, keeps or raises how many are served the treatment. Protection and confirmations ask this one
 * function, so that they cannot disagree. It looks at a flag by itself, not at flags that have it as a prerequisite. Safe for use by
 * multiple threads.
 */
public final class Exposure {
    private Exposure() {}

    /** What a change does to exposure. */
    public enum Effect {
        /** Nobody is served differently. */
        NEUTRAL,
        /** Nobody gets the treatment who did not have it. */
        LOWERS,
        /** Somebody may get the treatment who did not have it. */
        RAISES,
        /** Cannot be told from the change alone; counts as a raise. */
        UNKNOWN;

        /** Whether a protected environment asks first. */
        public boolean countsAsRaise() {
            return this == RAISES || this == UNKNOWN;
        }

        /** The effect of two changes made at once. */
        public Effect and(Effect other) {
            if (this == UNKNOWN || other == UNKNOWN) {
                return UNKNOWN;
            }
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /**
     * How much of the users whom no target or rule decides a change newly reaches and takes away. Where salt or {@code bucketBy}
     * change, it is what is expected of two independent draws.
     *
     * @param reached get the treatment and did not have it
     * @param taken had it and do not get it
     */
    public record ShareChange(Percentage reached, Percentage taken) {}

    /** What a change of one flag does. */
    public static Effect effectOf(FlagState before, FlagState after) {
        boolean wasOff = servesNobody(before);
        boolean isOff = servesNobody(after);
        if (before.isMalformed() && before.kill().isEmpty() && !isOff) {
            return Effect.UNKNOWN; // applications go on with the last good form, which is not known here
        }
        if (after.isMalformed() && after.kill().isEmpty()) {
            return before.kill().isEmpty() ? Effect.NEUTRAL : Effect.UNKNOWN;
        }
        if (!sameOffValue(before, after)) {
            return Effect.UNKNOWN; // everybody outside is served something else
        }
        if (wasOff && isOff) {
            return Effect.NEUTRAL;
        }
        if (wasOff) {
            return reachesNobody(definition(after)) ? Effect.NEUTRAL : Effect.RAISES;
        }
        if (isOff) {
            return reachesNobody(definition(before)) ? Effect.NEUTRAL : Effect.LOWERS;
        }
        return effectOf(definition(before), definition(after));
    }

    /** How many a change reaches and takes from, for a dry run. */
    public static ShareChange share(FlagState before, FlagState after) {
        long was = served(before).buckets();
        long is = served(after).buckets();
        if (before.definition().isPresent()
                && after.definition().isPresent()
                && !sameCohorts(definition(before), definition(after))) {
            return new ShareChange(both(is, Percentage.BUCKETS - was), both(was, Percentage.BUCKETS - is));
        }
        return new ShareChange(
                new Percentage((int) Math.max(0, is - was)), new Percentage((int) Math.max(0, was - is)));
    }

    /** The percentage of users without a target or rule that are served the treatment. */
    static Percentage served(FlagState state) {
        return servesNobody(state) ? Percentage.ZERO : definition(state).percentage();
    }

    private static Percentage both(long buckets, long otherBuckets) {
        return new Percentage((int) (buckets * otherBuckets / Percentage.BUCKETS));
    }

    private static FlagDefinition definition(FlagState state) {
        return state.definition().orElseThrow();
    }

    private static boolean servesNobody(FlagState state) {
        return state.kill().isPresent() || !state.isLive() || !definition(state).enabled();
    }

    /** Without a flag callers have their own default, which is taken for off: for false, where it is boolean. */
    private static boolean sameOffValue(FlagState before, FlagState after) {
        if (!after.isLive()) {
            return true;
        }
        Object is = offValue(after);
        return before.isLive() ? Objects.equals(is, offValue(before)) : !Boolean.TRUE.equals(is);
    }

    private static @Nullable Object offValue(FlagState state) {
        FlagDefinition definition = definition(state);
        return definition.variants().get(definition.offVariant());
    }

    private static boolean reachesNobody(FlagDefinition definition) {
        return definition.percentage().isZero()
                && definition.rules().stream()
                        .allMatch(rule -> rule.serve()
                                .variant()
                                .filter(definition.offVariant()::equals)
                                .isPresent())
                && definition.targets().stream().allMatch(t -> t.variant().equals(definition.offVariant()));
    }

    private static boolean sameCohorts(FlagDefinition before, FlagDefinition after) {
        return before.effectiveSalt().equals(after.effectiveSalt())
                && before.bucketBy().equals(after.bucketBy());
    }

    private static Effect effectOf(FlagDefinition before, FlagDefinition after) {
        boolean sameOtherwise = sameCohorts(before, after)
                && before.variants().equals(after.variants())
                && before.offVariant().equals(after.offVariant())
                && before.split().equals(after.split())
                && before.rules().equals(after.rules())
                && before.prerequisites().equals(after.prerequisites())
                && before.extra().equals(after.extra()); // a newer version may serve by them
        if (!sameOtherwise) {
            return Effect.UNKNOWN;
        }
        int climb = after.percentage().compareTo(before.percentage());
        Effect ofPercentage = climb == 0 ? Effect.NEUTRAL : climb < 0 ? Effect.LOWERS : Effect.RAISES;
        return ofPercentage.and(effectOfTargets(before, after));
    }

    /** Key by key: a key without a target falls through to rules and percentage, which may or may not serve it. */
    private static Effect effectOfTargets(FlagDefinition before, FlagDefinition after) {
        Map<String, String> was = variantsByKey(before.targets());
        Map<String, String> is = variantsByKey(after.targets());
        Effect effect = Effect.NEUTRAL;
        for (Map.Entry<String, String> entry : is.entrySet()) {
            effect = effect.and(effectOfTarget(was.get(entry.getKey()), entry.getValue(), after.offVariant()));
        }
        for (Map.Entry<String, String> entry : was.entrySet()) {
            if (!is.containsKey(entry.getKey())) {
                effect = effect.and(effectOfTarget(entry.getValue(), null, after.offVariant()));
            }
        }
        return effect;
    }

    private static Effect effectOfTarget(@Nullable String was, @Nullable String is, String offVariant) {
        if (Objects.equals(was, is)) {
            return Effect.NEUTRAL;
        }
        if (offVariant.equals(is)) {
            return Effect.LOWERS;
        }
        if (offVariant.equals(was) || was == null) {
            return Effect.RAISES;
        }
        return is == null ? Effect.LOWERS : Effect.UNKNOWN;
    }

    private static Map<String, String> variantsByKey(List<Target> targets) {
        Map<String, String> byKey = new HashMap<>();
        targets.forEach(target -> target.keys().forEach(key -> byKey.put(key, target.variant())));
        return byKey;
    }
}
