package dev.flags.store;

import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.source.FlagSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source that can also be written, with history. {@link dev.flags.admin.FlagAdmin} has the verbs; this is what they stand
 * on. Exceptions as {@link Storage} says. Safe for use by multiple threads.
 */
public interface FlagStore extends FlagSource {

    /** Where it is, for messages; without secrets. */
    String location();

    String environment();

    /** The end of its history. */
    Head head();

    /** The store's clock. */
    Instant now();

    /** One flag as of now; {@link FlagState#absent} when never stored. */
    FlagState flag(String key);

    /** All flags, archived ones too, by key. */
    List<FlagState> flags();

    Map<String, Segment> segments();

    EnvironmentSettings settings();

    /** Everything, as stored. */
    StoredState load();

    /**
     * Commits, all or nothing. A head that moved while the edit was worked out is retried with fresh state; only the edit
     * itself can answer {@link Commit.Refused}.
     *
     * @throws dev.flags.model.InvalidFlagException when the edit's result is not valid
     */
    CommitOutcome commit(Commit commit);

    /** The members of large segments; empty where this kind of store keeps none. */
    @Override
    default Optional<SegmentMembers> members() {
        return Optional.empty();
    }

    /** Entries below a revision, newest first. */
    List<AuditEntry> history(Optional<String> key, long belowRevision, int limit);

    /** Entries above a revision, oldest first. */
    List<AuditEntry> entriesAfter(long revision, int limit);

    /** Reads the whole chain, from where the log begins, and checks each link, each hash, each number, and the head. */
    ChainReport verify();

    /** The environments that the store holds, in order of their names. */
    default List<String> environments() {
        return List.of(environment());
    }

    /** What is to be said about the store by one who knows its kind. Writes nothing. */
    default List<Finding> examine() {
        return List.of();
    }

    /** Keeps outcome rows and gives them out; empty where this kind of store keeps none. */
    @Override
    default Optional<OutcomeStorage> outcomes() {
        return Optional.empty();
    }

    /** What the controller of rollouts keeps; empty where this kind of store keeps none. */
    default Optional<ControllerRecords> controllerRecords() {
        return Optional.empty();
    }

    /**
     * Removes the beginning of the log. For {@link dev.flags.admin.FlagAdmin#archiveAudit}, which has put the entries elsewhere and
     * committed where the log begins now.
     *
     * @param through the last revision to remove; never the head's
     */
    default void removeEntries(long through) {
        throw new NotPermittedException(location() + " is read only here");
    }

    /** Closes connections that this store opened, and ends followers. Idempotent. */
    @Override
    void close();

    /**
     * What a verification found.
     *
     * @param entries how many were read
     * @param firstBroken the revision of the first entry that is altered, missing or out of order; empty when intact
     * @param problem what is wrong there; empty when intact
     * @param since what the first entry read follows on, when the log does not begin at its root
     */
    record ChainReport(
            long entries, Optional<Long> firstBroken, String problem, Optional<EnvironmentSettings.Archived> since) {
        /** Of a log that begins at its root. */
        public ChainReport(long entries, Optional<Long> firstBroken, String problem) {
            this(entries, firstBroken, problem, Optional.empty());
        }

        public boolean intact() {
            return firstBroken.isEmpty();
        }
    }
}
