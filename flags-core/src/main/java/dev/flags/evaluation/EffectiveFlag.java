package dev.flags.evaluation;

import dev.flags.model.FlagDefinition;
import dev.flags.model.KillLatch;
import dev.flags.model.RolloutRun;
import dev.flags.source.FlagOverride;
import dev.flags.source.LayerFlag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all layers together say of one flag: the first layer with a definition decides it, the layers above may override parts, and a
 * kill counts from any. Immutable.
 *
 * @param key the flag's key
 * @param definition null when malformed, or when only overrides or a kill are there
 * @param layer the layer of the definition; null when there is none
 * @param revision that layer's revision of the flag
 * @param malformed whether the deciding definition cannot be understood
 * @param overrides what the layers above change, in the order in which it applies: lowest layer first
 * @param kill the kill of the highest layer that has one
 * @param rollout the flag's rollout in the layer of the definition
 */
record EffectiveFlag(
        String key,
        @Nullable FlagDefinition definition,
        @Nullable String layer,
        long revision,
        boolean malformed,
        List<Applied> overrides,
        @Nullable Killed kill,
        @Nullable RolloutRun rollout) {

    EffectiveFlag {
        overrides = List.copyOf(overrides);
    }

    /**
     * One override.
     *
     * @param layer who overrides
     * @param revision that layer's revision of the flag
     * @param override what it says
     * @param unlisted whether it says so only by being complete and not listing the flag
     */
    record Applied(String layer, long revision, FlagOverride override, boolean unlisted) {}

    record Killed(String layer, long revision, KillLatch latch) {}

    /** What the layers say of a key; null when no layer defines, overrides or kills it. */
    static @Nullable EffectiveFlag of(String key, List<Snapshot.Layer> layers) {
        List<Applied> overrides = new ArrayList<>();
        FlagDefinition definition = null;
        String definedBy = null;
        long revision = 0;
        boolean malformed = false;
        boolean said = false;
        Killed kill = null;
        RolloutRun rollout = null;
        for (Snapshot.Layer layer : layers) {
            LayerFlag says = layer.content().flags().get(key);
            if (says == null) {
                if (layer.content().complete() && definedBy == null) {
                    overrides.add(new Applied(layer.name(), 0, new FlagOverride.Off(), true));
                }
                continue;
            }
            if (kill == null && says.kill().isPresent()) {
                kill = new Killed(layer.name(), says.revision(), says.kill().get());
            }
            if (definedBy != null) {
                continue;
            }
            if (says.override().isPresent()) {
                overrides.add(new Applied(
                        layer.name(), says.revision(), says.override().get(), false));
                said = true;
            }
            // an archived flag is at the end of its life there: a layer below may still define it
            if (says.malformed()
                    || (says.definition().isPresent()
                            && !says.definition().get().archived())) {
                malformed = says.malformed();
                definition = malformed ? null : says.definition().get();
                definedBy = layer.name();
                revision = says.revision();
                rollout = says.rollout().orElse(null);
            }
        }
        if (definedBy == null && !said && kill == null) {
            return null;
        }
        Collections.reverse(overrides);
        return new EffectiveFlag(key, definition, definedBy, revision, malformed, overrides, kill, rollout);
    }
}
