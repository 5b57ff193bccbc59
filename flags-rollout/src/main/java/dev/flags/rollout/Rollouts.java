package dev.flags.rollout;

import dev.flags.Flags;
import dev.flags.NoSuchFlagException;
import dev.flags.admin.AdminCommit;
import dev.flags.admin.AdminVerb;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.FlagStates;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.controller.RolloutController;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Rollouts that a person moves from stage to stage. Percentage, run and audit entry change in one commit.
 *
 * <p>What may raise exposure is based on the revision that was seen: of two people who promote at once, one is told. What lowers
 * it goes through whatever was changed meanwhile. A kill or a manual change of the percentage always wins.
 *
 * <p>All methods throw {@link NoSuchFlagException} where there is no such flag or rollout, and {@link RolloutException} where the
 * flag or the rollout is not in a state for it. Safe for use by multiple threads.
 */
public final class Rollouts {
    private static final Set<RolloutRun.State> RESUMABLE =
            Set.of(RolloutRun.State.PAUSED, RolloutRun.State.HOLDING, RolloutRun.State.RUNNING);

    private final FlagStore store;
    private final AdminCommit commit;

    /** Moves rollouts of a store in somebody's name. */
    public Rollouts(FlagStore store, Actor actor) {
        this.store = store;
        this.commit = new AdminCommit(store, actor);
    }

    /** Begins a run at the plan's first stage. */
    public WriteOutcome start(String key, RolloutPlan plan, WriteOptions options) {
        String id = UUID.randomUUID().toString(); // outside the edit, which must be pure
        return commit.run(
                AdminVerb.of("rollout start", List.of(key), found -> {
                    FlagState before = FlagStates.require(found, key);
                    FlagDefinition definition = startable(before);
                    RolloutRun run = new RolloutRun(
                            id,
                            RolloutRun.State.RUNNING,
                            0,
                            plan.stages(),
                            found.now(),
                            commit.actorName(),
                            definition.percentage(),
                            true,
                            Map.of());
                    return moved(before, run, run.stages().get(0).percentage());
                }),
                options);
    }

    /**
     * Goes to the next stage, or to the last; once more, when there already, completes the run. Never lowers: where somebody has set
     * more by hand than the next stage serves, that stays.
     *
     * @param full goes to the last stage at once
     */
    public WriteOutcome promote(String key, boolean full, WriteOptions options) {
        return commit.run(
                AdminVerb.of("rollout promote", List.of(key), found -> {
                    FlagState before = FlagStates.require(found, key);
                    RolloutRun run = active(before);
                    if (run.state() != RolloutRun.State.RUNNING) {
                        throw new RolloutException("the rollout of " + key + " is " + name(run)
                                + "; 'flags rollout resume " + key + "' goes on with it first");
                    }
                    int last = run.stages().size() - 1;
                    if (run.stage() == last) {
                        return AdminVerb.Plan.flag(
                                FlagStates.rolledOut(
                                        before, FlagStates.definition(before), run.in(RolloutRun.State.COMPLETED)),
                                List.of("the last stage was reached: the rollout is completed"));
                    }
                    return promoted(before, run.at(full ? last : run.stage() + 1));
                }),
                seen(key, options));
    }

    /** Stays at the present percentage until resumed. Needs no reason. */
    public WriteOutcome pause(String key, WriteOptions options) {
        return commit.run(
                AdminVerb.of("rollout pause", List.of(key), found -> {
                            FlagState before = FlagStates.require(found, key);
                            RolloutRun run = active(before);
                            if (run.state() == RolloutRun.State.ROLLING_BACK) {
                                throw new RolloutException("the rollout of " + key
                                        + " is rolling back; a pause would keep up what it takes back");
                            }
                            return unmoved(before, run.in(RolloutRun.State.PAUSED));
                        })
                        .withoutReason(),
                options);
    }

    /** Goes on from the present percentage, also after a manual change of it, in the present stage. */
    public WriteOutcome resume(String key, WriteOptions options) {
        return commit.run(
                AdminVerb.of("rollout resume", List.of(key), found -> {
                    FlagState before = FlagStates.require(found, key);
                    RolloutRun run = active(before);
                    if (!RESUMABLE.contains(run.state())) {
                        throw new RolloutException("the rollout of " + key + " is " + name(run)
                                + "; only one that is paused or on hold is resumed");
                    }
                    return unmoved(before, run.in(RolloutRun.State.RUNNING));
                }),
                seen(key, options));
    }

    /** Ends the run and lowers the percentage. Needs no reason. */
    public WriteOutcome abort(String key, AbortTo to, WriteOptions options) {
        return commit.run(
                AdminVerb.of("rollout abort", List.of(key), found -> {
                            FlagState before = FlagStates.require(found, key);
                            RolloutRun run = active(before);
                            return aborted(before, run, target(before, run, to));
                        })
                        .withoutReason(),
                options);
    }

    /**
     * Moves the rollouts of a store from within an application, by default settings and without checks and hooks; {@link
     * RolloutController#builder} has more to say. Of several processes that do so, one is at work at a time.
     *
     * @param flags what the application is served: its changes wake the controller early. It stays the caller's to close
     * @param admin the store with the controller's own credentials, which need not be those that {@code flags} reads with
     * @return runs until it is closed
     */
    public static RolloutController drive(Flags flags, FlagAdmin admin) {
        return RolloutController.builder(admin.store(), Actor.local("controller"))
                .wokenBy(flags)
                .start();
    }

    /** The flag with its last run. */
    public FlagState status(String key) {
        FlagState state = store.flag(key);
        if (state.rollout().isEmpty()) {
            throw new NoSuchFlagException(
                    state.revision() == 0 ? "there is no flag '" + key + "'" : "the flag '" + key + "' has no rollout");
        }
        return state;
    }

    /** Two promotions based on the same sight must not add up, so what was seen is what is expected. */
    private WriteOptions seen(String key, WriteOptions options) {
        return options.expectedRevision().isPresent()
                ? options
                : options.expecting(store.flag(key).revision());
    }

    private static FlagDefinition startable(FlagState state) {
        String key = state.key();
        if (state.kill().isPresent()) {
            throw new RolloutException(
                    "the flag " + key + " is killed; 'flags unkill " + key + "' comes before a rollout");
        }
        if (state.activeRollout().isPresent()) {
            throw new RolloutException("the flag " + key + " has a rollout already, which is "
                    + name(state.activeRollout().get()) + "; promote or abort it");
        }
        FlagDefinition definition = FlagStates.definition(state);
        if (!definition.enabled()) {
            throw new RolloutException(
                    "the flag " + key + " is disabled; 'flags enable " + key + "' comes before a rollout");
        }
        return definition;
    }

    private static RolloutRun active(FlagState state) {
        return state.activeRollout()
                .orElseThrow(() -> new NoSuchFlagException("the flag '" + state.key() + "' has no rollout under way"
                        + state.rollout()
                                .map(run -> "; its last one is " + name(run))
                                .orElse("")));
    }

    private static AdminVerb.Plan moved(FlagState before, RolloutRun run, Percentage percentage) {
        FlagDefinition definition = FlagStates.definition(before);
        if (percentage.compareTo(definition.percentage()) < 0) {
            throw new RolloutException("the stage's " + percentage + " is below the " + definition.percentage()
                    + " that " + before.key() + " serves now; a rollout only climbs. Lower it by 'flags set "
                    + before.key() + " " + percentage + "' first, or leave that stage out");
        }
        return AdminVerb.Plan.flag(FlagStates.rolledOut(before, definition.withPercentage(percentage), run), List.of());
    }

    private static AdminVerb.Plan promoted(FlagState before, RolloutRun run) {
        String key = before.key();
        FlagDefinition definition = FlagStates.definition(before);
        if (!definition.enabled()) {
            throw new RolloutException("the flag " + key
                    + " is disabled, so that nobody would see this stage; 'flags enable " + key + "' comes first");
        }
        Percentage planned = run.stages().get(run.stage()).percentage();
        boolean behind = planned.compareTo(definition.percentage()) < 0;
        FlagDefinition next = behind ? definition : definition.withPercentage(planned);
        return AdminVerb.Plan.flag(
                FlagStates.rolledOut(before, next, run),
                behind
                        ? List.of("the stage plans " + planned + ", and " + key + " stays at the "
                                + definition.percentage() + " that was set by hand")
                        : List.of());
    }

    private static AdminVerb.Plan unmoved(FlagState before, RolloutRun run) {
        return AdminVerb.Plan.flag(FlagStates.rolledOut(before, FlagStates.definition(before), run), List.of());
    }

    private static AdminVerb.Plan aborted(FlagState before, RolloutRun run, Percentage to) {
        FlagDefinition definition = FlagStates.definition(before);
        if (to.compareTo(definition.percentage()) > 0) {
            throw new RolloutException("an abort only lowers, and " + before.key() + " serves "
                    + definition.percentage() + " now, which is below " + to);
        }
        FlagState after = FlagStates.rolledOut(before, definition.withPercentage(to), run.in(RolloutRun.State.ABORTED));
        return AdminVerb.Plan.flag(after, FlagStates.stillServed(after));
    }

    /** Where somebody has set less by hand meanwhile than there was before the run, that stays: the run must end all the same. */
    private static Percentage target(FlagState before, RolloutRun run, AbortTo to) {
        if (to instanceof AbortTo.At at) {
            return at.percentage();
        }
        Percentage now = FlagStates.definition(before).percentage();
        return run.percentageBefore().compareTo(now) < 0 ? run.percentageBefore() : now;
    }

    private static String name(RolloutRun run) {
        return run.state().name();
    }
}
