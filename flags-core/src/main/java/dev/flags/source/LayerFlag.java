package dev.flags.source;

import dev.flags.model.FlagDefinition;
import dev.flags.model.KillLatch;
import dev.flags.model.RolloutRun;
import java.util.Optional;

/**
 * What one layer says of one flag. A definition decides the flag; an override changes what the next layer says; a kill counts from any
 * layer. Immutable.
 *
 * @param definition the flag, whole
 * @param override a change of what lower layers define
 * @param kill the latch
 * @param malformed whether there is a definition that cannot be understood and no earlier good form of it
 * @param revision the revision that last changed it; 0 for layers without revisions
 * @param rollout the flag's rollout, running or ended, so that what its calls come to can be told to whoever watches it
 */
public record LayerFlag(
        Optional<FlagDefinition> definition,
        Optional<FlagOverride> override,
        Optional<KillLatch> kill,
        boolean malformed,
        long revision,
        Optional<RolloutRun> rollout) {

    /** Without a rollout. */
    public LayerFlag(
            Optional<FlagDefinition> definition,
            Optional<FlagOverride> override,
            Optional<KillLatch> kill,
            boolean malformed,
            long revision) {
        this(definition, override, kill, malformed, revision, Optional.empty());
    }

    public static LayerFlag defined(FlagDefinition definition, long revision) {
        return new LayerFlag(Optional.of(definition), Optional.empty(), Optional.empty(), false, revision);
    }

    public static LayerFlag overridden(FlagOverride override) {
        return new LayerFlag(Optional.empty(), Optional.of(override), Optional.empty(), false, 0);
    }

    public static LayerFlag killed(KillLatch kill) {
        return new LayerFlag(Optional.empty(), Optional.empty(), Optional.of(kill), false, 0);
    }
}
