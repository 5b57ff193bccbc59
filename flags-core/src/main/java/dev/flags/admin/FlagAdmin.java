package dev.flags.admin;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagFile;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import dev.flags.store.SavedSnapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The verbs that change flags, in one person's name. Each is one commit with its audit entry, or nothing.
 *
 * <p>All methods throw {@link dev.flags.NoSuchFlagException} for a flag or revision that is not there, {@link
 * InvalidFlagException} for what would not be valid, and what {@link dev.flags.store.Storage} says for a store that does not
 * answer. A conflict, or a question that has to be answered first, is an outcome.
 *
 * <p>Safe for use by multiple threads.
 */
public final class FlagAdmin {
    private final FlagStore store;
    private final AdminCommit commit;

    /** Changes flags of a store in somebody's name. */
    public FlagAdmin(FlagStore store, Actor actor) {
        this.store = store;
        this.commit = new AdminCommit(store, actor);
    }

    /** The store that is changed. */
    public FlagStore store() {
        return store;
    }

    /** Adds a flag; one of that name, also an archived one, is an {@link InvalidFlagException}. */
    public WriteOutcome create(FlagDefinition definition, WriteOptions options) {
        return commit.run(
                AdminVerb.of("create", List.of(definition.key()), DefinitionEdits.create(definition)), options);
    }

    /**
     * Sets the percentage by hand. A rollout that is under way is put on hold; one that is rolling back goes on with it, and refuses to
     * be raised ({@link BlockedException}).
     */
    public WriteOutcome setPercentage(String key, Percentage percentage, WriteOptions options) {
        return commit.run(
                AdminVerb.of("set", List.of(key), DefinitionEdits.setPercentage(key, percentage, commit.actorName()))
                        .with("percentage", percentage.toBigDecimal()),
                options);
    }

    /**
     * Has the percentage set at a time, by whoever controls the environment's rollouts. What setting it now would ask is asked now: a
     * protected environment wants a reason, and agreement where it is a raise from what the percentage is at this moment,
     * also of a flag that is killed or off. Nothing is asked at its time; then it is made, or dropped, as {@link #runScheduled} says. The
     * environment's settings list what is scheduled; the outcome's notes name its id.
     *
     * @param at by the store's clock, to the millisecond
     * @throws InvalidFlagException when that is not in the future, when something is scheduled for the flag at that very time, or too
     *     much is scheduled already
     */
    public WriteOutcome schedule(String key, Percentage percentage, Instant at, WriteOptions options) {
        Scheduling scheduling = new Scheduling(commit.actorName(), AdminCommit.reasonOf(options), store.environment());
        return commit.run(scheduling.schedule(key, percentage, at), options);
    }

    /**
     * Takes back what is scheduled. Needs no reason.
     *
     * @throws dev.flags.NoSuchFlagException when nothing of that id is scheduled: it was done, dropped or cancelled
     */
    public WriteOutcome cancelScheduled(String id, WriteOptions options) {
        return commit.run(Scheduling.cancel(id), options);
    }

    /**
     * Makes a scheduled change whose time has come. Setting the percentage and forgetting about it is one commit, so it
     * happens once whoever runs it. It is dropped instead, with the audit entry's detail {@code dropped} and a note that
     * say why, when the flag is killed, archived or gone, when a rollout of it is under way, and when it would raise the percentage
     * after somebody has lowered it since.
     *
     * @param options with an empty reason it is made for the reason that was given when it was scheduled
     * @throws dev.flags.NoSuchFlagException when nothing of that id is scheduled: it was done, dropped or cancelled
     * @throws InvalidFlagException when its time has not come
     */
    public WriteOutcome runScheduled(String id, WriteOptions options) {
        WriteOptions because = options.reason().isBlank()
                ? options.withReason(Scheduling.require(store.settings(), id).reason())
                : options;
        return commit.run(Scheduling.run(id), because.asConfirmed());
    }

    /** Sets the base state; targets, rules and percentage stay. */
    public WriteOutcome enable(List<String> keys, WriteOptions options) {
        return commit.run(
                AdminVerb.of("enable", keys, DefinitionEdits.setEnabled(keys, true, commit.actorName())), options);
    }

    /** Serves the off variant to everybody; targets, rules and percentage stay. */
    public WriteOutcome disable(List<String> keys, WriteOptions options) {
        return commit.run(
                AdminVerb.of("disable", keys, DefinitionEdits.setEnabled(keys, false, commit.actorName()))
                        .withoutReason(),
                options);
    }

    /**
     * Latches the kill switch, in one commit; ends rollouts of these flags. Needs no reason and loses no race.
     *
     * @throws dev.flags.NoSuchFlagException when a tag has no flags
     */
    public WriteOutcome kill(KillScope scope, WriteOptions options) {
        String by = commit.actorName();
        String reason = AdminCommit.reasonOf(options);
        List<String> keys = scope instanceof KillScope.Keys named ? named.keys() : List.of();
        AdminVerb verb =
                AdminVerb.of("kill", keys, Kills.kill(scope, by, reason)).withoutReason();
        return commit.run(scope instanceof KillScope.Keys ? verb : verb.onEnvironment(), options);
    }

    /**
     * Lifts the kill switch. What was underneath is served again, which is 0 % where the kill ended a rollout.
     *
     * @param at the percentage to return at, instead
     */
    public WriteOutcome unkill(List<String> keys, Optional<Percentage> at, WriteOptions options) {
        return commit.run(AdminVerb.of("unkill", keys, Kills.unkill(keys, at)), options);
    }

    /**
     * Names targeting keys one by one.
     *
     * @param on get the treatment
     * @param off get the off variant
     * @param remove are targets no longer
     */
    public WriteOutcome target(
            String key, List<String> on, List<String> off, List<String> remove, WriteOptions options) {
        return commit.run(
                AdminVerb.of("target", List.of(key), DefinitionEdits.target(key, on, off, remove, commit.actorName())),
                options);
    }

    /**
     * Restores earlier definitions as a new revision. Lifts no kill and restarts no rollout.
     *
     * @param toRevision as of then; empty: before each flag's last change of its definition
     */
    public WriteOutcome undo(List<String> keys, OptionalLong toRevision, WriteOptions options) {
        AdminVerb verb = AdminVerb.of("undo", keys, Undo.flags(keys, toRevision, commit.actorName()));
        return commit.run(
                toRevision.isPresent() ? verb.with("restoredRevision", toRevision.getAsLong()) : verb, options);
    }

    /** Restores all definitions and segments as of a revision. Flags that came later are archived, segments removed. */
    public WriteOutcome undoAll(long toRevision, WriteOptions options) {
        return commit.run(
                AdminVerb.of("undo", List.of(), Undo.all(toRevision, commit.actorName()))
                        .with("restoredRevision", toRevision)
                        .onEnvironment(),
                options);
    }

    /**
     * Makes the store's flags and segments as a file has them, in one commit.
     *
     * @param prune archives flags that the file does not have
     */
    public WriteOutcome apply(FlagFile file, boolean prune, WriteOptions options) {
        return commit.run(
                AdminVerb.of("apply", List.of(), Apply.file(file, prune, commit.actorName()))
                        .onEnvironment(),
                options);
    }

    /** Ends a flag's life: it is no longer evaluated, and its history stays. */
    public WriteOutcome archive(String key, WriteOptions options) {
        return commit.run(
                AdminVerb.of("archive", List.of(key), DefinitionEdits.archive(key, commit.actorName())), options);
    }

    /** Makes the environment ask for reasons, and for agreement to what raises exposure; or no longer. */
    public WriteOutcome protect(boolean isProtected, WriteOptions options) {
        AdminVerb verb = AdminVerb.of(
                isProtected ? "protect" : "unprotect",
                List.of(),
                found -> AdminVerb.Plan.settings(found.settings().protect(isProtected)));
        return commit.run(verb.onEnvironment(), options);
    }

    /**
     * Puts back what a store has lost, from a saved snapshot of any instance. A store without any history gets the snapshot's
     * history back, which goes on from the snapshot's revision; on any other it is a commit of its own. All kills stay in force,
     * those in the store and those in the snapshot; rollouts that were under way come back on hold; flags that only the store has
     * stay.
     *
     * @param snapshot the file; its age does not matter
     * @param force also on a store that has lost nothing, where it undoes newer work
     * @throws dev.flags.store.SavedSnapshot.UnusableException when the file is damaged, or of another environment
     * @throws BlockedException when there is nothing to restore
     */
    public WriteOutcome restore(Path snapshot, boolean force, WriteOptions options) {
        SavedSnapshot.Loaded saved = SavedSnapshot.read(snapshot, store.environment());
        if (!force) {
            Restore.requireLoss(store, saved);
        }
        return commit.run(new Restore(snapshot, saved, force, commit.actorName()).verb(), options);
    }

    /**
     * Moves the verified beginning of the audit log to a file, one line of JSON an entry as {@link dev.flags.store.AuditFile} says,
     * and records in the environment's settings where the log begins now. May be repeated after whatever ended it: a file that
     * was written and not committed is taken as it is, but no other file is touched.
     *
     * @param file a new file; there from an earlier attempt, it must be the verified beginning of the log
     * @param keep how many of the newest entries stay, at least 1. Followers catch up by entries: what they have not seen yet and
     *     is archived makes them load everything once
     * @throws dev.flags.store.StoreDamagedException when the chain is broken; nothing was written
     * @throws dev.flags.FlagsException when the file cannot be written, or is something else
     */
    public AuditArchived archiveAudit(Path file, long keep, WriteOptions options) {
        return new AuditArchiving(store, commit).archive(file, keep, options);
    }
}
