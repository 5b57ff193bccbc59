package dev.flags.rollout;

import dev.flags.Flags;
import dev.flags.NoSuchFlagException;
import dev.flags.admin.AdminCommit;
import dev.flags.admin.AdminVerb;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagState;
import dev.flags.rollout.controller.RolloutController;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What persons do with rollouts: start, promote, pause, resume, abort, retry. Percentage, run and audit entry change in one commit.
 *
 * <p>What may raise exposure is based on the revision that was seen: of two people who promote at once, one is told. What lowers
 * it goes through whatever was changed meanwhile. A kill or a manual change of the percentage always wins.
 *
 * <p>All methods throw {@link NoSuchFlagException} where there is no such flag or rollout, and {@link RolloutException} where the
 * flag or the rollout is not in a state for it. Safe for use by multiple threads.
 */
public final class Rollouts {
    private final FlagStore store;
    private final AdminCommit commit;

    /** Moves rollouts of a store in somebody's name. */
    public Rollouts(FlagStore store, Actor actor) {
        this.store = store;
        this.commit = new AdminCommit(store, actor);
    }

    /**
     * Begins a run that a controller moves. Nothing is raised yet: the controller looks at the preconditions first. In a protected
     * environment this is what a person agrees to; the controller's raises do not ask again.
     *
     * @return its notes say what the plan will not see
     */
    public WriteOutcome start(String key, RolloutPlan plan, WriteOptions options) {
        return start(key, plan, newRun(), options);
    }

    /**
     * The same, for whoever has asked the plan's gates about this run before.
     *
     * @param run the new run's id, from {@link #newRun}
     */
    public WriteOutcome start(String key, RolloutPlan plan, String run, WriteOptions options) {
        return start(key, starts(run, key, StartNotes.of(store, key, plan)).controlled(plan), "rollout start", options);
    }

    /** An id for a run that is still to begin, which no other run has. */
    public static String newRun() {
        return UUID.randomUUID().toString();
    }

    /** Begins a run that a person promotes, at the plan's first stage. Of the plan only the stages count. */
    public WriteOutcome startManual(String key, RolloutPlan plan, WriteOptions options) {
        List<String> notes = plan.guards().isEmpty()
                ? List.of()
                : List.of("nobody watches the guards of a rollout that a person promotes");
        return start(key, starts(newRun(), key, notes).manual(plan), "rollout start", options);
    }

    /**
     * Begins a new run by the plan of the last one, which was aborted, rolled back, blocked or killed. The old run stays ended.
     */
    public WriteOutcome retry(String key, WriteOptions options) {
        return retry(key, newRun(), options);
    }

    /**
     * The same, for whoever has asked the plan's gates about this run before.
     *
     * @param run the new run's id, from {@link #newRun}
     */
    public WriteOutcome retry(String key, String run, WriteOptions options) {
        List<String> notes = store.flag(key)
                .rollout()
                .filter(last -> last.state().isFinal() && !last.manual())
                .map(last -> StartNotes.of(store, key, RolloutPlan.of(last)))
                .orElse(List.of());
        return start(key, starts(run, key, notes).again(), "rollout retry", options);
    }

    private WriteOutcome start(String key, AdminVerb.Edit edit, String action, WriteOptions options) {
        return commit.run(AdminVerb.of(action, List.of(key), edit), options);
    }

    private RunStarts starts(String run, String key, List<String> notes) {
        return new RunStarts(run, key, commit.actorName(), store.environment(), notes);
    }

    /**
     * Goes to the next stage, or to the last, at once, also where the bake is not over; once more, when there already, completes the
     * run. Where a controlled run waits for approval, this gives it, and the controller raises. Never lowers: where somebody has set
     * more by hand than the next stage serves, that stays.
     *
     * @param full goes to the last stage at once
     * @throws dev.flags.admin.BlockedException when the controller last saw a precondition fail
     */
    public WriteOutcome promote(String key, boolean full, WriteOptions options) {
        Optional<RunWatch> watch = RunWatch.read(store, key);
        return commit.run(
                AdminVerb.of(
                        "rollout promote", List.of(key), moves(key, options).promote(full, watch)),
                seen(key, options));
    }

    /** Stays at the present percentage until resumed. Guards go on watching. Needs no reason. */
    public WriteOutcome pause(String key, WriteOptions options) {
        return commit.run(
                AdminVerb.of("rollout pause", List.of(key), moves(key, options).pause())
                        .withoutReason(),
                options);
    }

    /** Goes on from the present percentage, also after a manual change of it, in the present stage. */
    public WriteOutcome resume(String key, WriteOptions options) {
        return commit.run(
                AdminVerb.of("rollout resume", List.of(key), moves(key, options).resume()), seen(key, options));
    }

    /**
     * Lowers the percentage and ends the run; gradually, the controller ends it where it is healthy. Needs no reason. An aborted run
     * stays aborted: {@link #retry} begins a new one.
     */
    public WriteOutcome abort(String key, AbortTo to, WriteOptions options) {
        return commit.run(
                AdminVerb.of("rollout abort", List.of(key), moves(key, options).abort(to))
                        .withoutReason(),
                options);
    }

    private RunMoves moves(String key, WriteOptions options) {
        return new RunMoves(key, commit.actorName(), options.reason());
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
}
