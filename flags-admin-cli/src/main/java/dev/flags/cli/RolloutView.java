package dev.flags.cli;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunWatch;
import dev.flags.store.ControllerRecords;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * All that is known of a rollout: the run as it was committed, its plan, and what the controller last saw.
 *
 * @param plan empty where a later version has made it
 * @param watch of this run; empty before a controller has looked at it
 * @param lease the controller's; empty when none runs
 * @param now by the store's clock
 */
record RolloutView(
        FlagState flag,
        RolloutRun run,
        Optional<RolloutPlan> plan,
        Optional<RunWatch> watch,
        Optional<ControllerRecords.Lease> lease,
        String environment,
        Instant now) {

    static RolloutView of(FlagStore store, FlagState flag, RolloutRun run) {
        return new RolloutView(
                flag,
                run,
                planOf(run),
                RunWatch.read(store, flag.key()).filter(watch -> watch.run().equals(run.id())),
                store.controllerRecords().flatMap(ControllerRecords::holder),
                store.environment(),
                store.now());
    }

    /** Whether no process moves the environment's rollouts. */
    static boolean nobodyControls(FlagStore store) {
        return store.controllerRecords().flatMap(ControllerRecords::holder).isEmpty();
    }

    private static Optional<RolloutPlan> planOf(RolloutRun run) {
        try {
            return Optional.of(RolloutPlan.of(run));
        } catch (InvalidFlagException e) {
            return Optional.empty();
        }
    }

    Percentage percentage() {
        return flag.definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO);
    }

    /** How long a stage is watched: its bake, and the soak of the last. */
    Duration bake(int stage) {
        Duration bake = run.stages().get(stage).bake();
        boolean last = stage == run.stages().size() - 1;
        return last && bake.isZero() && !run.manual()
                ? plan.map(RolloutPlan::soak).orElse(bake)
                : bake;
    }

    /** How much of the present stage's bake was observed healthy; empty when nobody has looked at this stage yet. */
    Optional<Duration> healthy() {
        return watch.filter(seen -> seen.stage() == run.stage()).map(RunWatch::healthy);
    }

    /** How long ago the controller looked. */
    Optional<Duration> age() {
        return watch.map(seen -> Duration.between(seen.at(), now));
    }
}
