package dev.flags.store;

import dev.flags.FlagsException;
import dev.flags.outcomes.OutcomeStorage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a new kind of store supplies for one environment: reads, and one atomic append. Everything else — compare-and-set,
 * the hash chain, retries, following, recovery — is in {@link StorageFlagStore}, once for all stores.
 *
 * <p>Every method throws {@link StoreUnavailableException} when the store does not answer, {@link StoreMissingException}
 * when there is none, {@link StoreDamagedException} when what is there is not a store of ours, and {@link
 * NotPermittedException} when the store refuses. Every call is bounded in time. Safe for use by multiple threads.
 */
public interface Storage extends AutoCloseable {

    /** Where it is, for messages: without secrets, files absolute. For instance {@code jdbc:sqlite:/srv/app/flags.db}. */
    String location();

    /** A short name for the layer: {@code sqlite}, {@code redis}, {@code memory}. */
    String kind();

    /** The environment that this storage reads and writes. */
    String environment();

    /** The head: one indexed read, because polling followers call it. */
    Head head();

    /** The store's clock. */
    Instant now();

    /** The authenticated login at the store, recorded beside the asserted actor; empty where the store has none. */
    default Optional<String> login() {
        return Optional.empty();
    }

    /**
     * Everything, as of one revision. A flag that was ever stored is in it for ever: its records may be null, it never goes. When
     * something is gone that was committed (a key was evicted, rows were deleted), {@link StoredState#missing()} says so.
     */
    StoredState load();

    /** One flag as of now; null when never stored. */
    @Nullable
    StoredFlag flag(String key);

    /** Entries with a revision above the one given, oldest first, at most {@code limit}. */
    List<StoredEntry> entriesAfter(long revision, int limit);

    /**
     * Entries with a revision below the one given, newest first, at most {@code limit}.
     *
     * @param touching only entries that touch this flag
     */
    List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching);

    /**
     * Makes one attempt to append a commit.
     *
     * <p>Shows the planner the state at one head. When the planner returns an append, writes all of it in one atomic unit if
     * the head is still that one, otherwise writes nothing. A storage with a lock holds it while the planner runs and so never
     * answers {@link Attempted.HeadMoved}; an optimistic one compares the head inside its atomic unit. An exception from the planner is
     * passed on with nothing written.
     *
     * @throws OutcomeUnknownException when the connection was lost after the write was sent; the caller finds out by reading
     */
    Attempted attempt(Planner planner);

    /**
     * Opens what a follower reads. This default is for a storage without push and without connections: it waits for as long as the
     * follower says (its poll interval) and then reads the head once.
     */
    default Feed feed() {
        return new PollingFeed(this);
    }

    /** The environments that the store holds, in order of their names. */
    default List<String> environments() {
        return List.of(environment());
    }

    /** What is to be said about the store by one who knows its kind: durability, eviction, permissions, schema. Writes nothing. */
    default List<Finding> examine() {
        return List.of();
    }

    /** The members of large segments; empty where this kind of store keeps none. */
    default Optional<SegmentMembers> members() {
        return Optional.empty();
    }

    /** What calls come to; empty where this kind of store keeps none. */
    default Optional<OutcomeStorage> outcomes() {
        return Optional.empty();
    }

    /** What the controller of rollouts keeps; empty where this kind of store keeps none. */
    default Optional<ControllerRecords> controllerRecords() {
        return Optional.empty();
    }

    /**
     * Removes the entries up to and including a revision from the log, and from the index of flags' histories. The caller has put
     * them elsewhere, and committed where the log begins now. Never called with the head's revision. May be repeated.
     */
    void removeEntries(long through);

    @Override
    void close() throws FlagsException;

    /** Decides what to append, from what the store holds. Pure; may be called more than once. */
    @FunctionalInterface
    interface Planner {
        @Nullable
        Append plan(View view);
    }

    /** What the store holds at one head. Valid only during {@link Planner#plan}. */
    interface View {
        Head head();

        /** The store's clock, taken after the lock where there is one. */
        Instant now();

        /** One flag, or null when never stored. */
        @Nullable
        StoredFlag flag(String key);

        /** All flags. */
        List<StoredFlag> flags();

        /** All segments. */
        List<StoredSegment> segments();

        @Nullable
        String settings();

        /** The newest entries below a revision that touch a flag; as {@link Storage#entriesBefore}. */
        List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching);
    }

    /** How an attempt ended. */
    sealed interface Attempted {

        /**
         * Written, or the planner had nothing to write.
         *
         * @param caveat what the caller should know although it is written, as a sentence: that no replica has confirmed it
         */
        record Done(Optional<String> caveat) implements Attempted {
            /** Without a caveat. */
            public Done() {
                this(Optional.empty());
            }
        }

        /** The head was no longer the one that the planner saw; nothing was written. */
        record HeadMoved() implements Attempted {}
    }

    /**
     * One commit, whole.
     *
     * @param epoch the history that it belongs to: the head's, except when a wiped environment gets its own history back
     * @param entry its audit entry; its revision is the head's plus one, or higher when {@code replacing}
     * @param keys the flags that it changes or is about, for the history index
     * @param flags the flags' new records
     * @param segments the segments' new records
     * @param settings the environment's new settings, or null when they stay
     * @param replacing whether flags and segments are all that there is from now on: what else is stored of them goes, and nothing
     *     is missing any more. The log stays
     */
    record Append(
            String epoch,
            StoredEntry entry,
            Set<String> keys,
            List<StoredFlag> flags,
            List<StoredSegment> segments,
            @Nullable String settings,
            boolean replacing) {
        public Append {
            keys = Set.copyOf(keys);
            flags = List.copyOf(flags);
            segments = List.copyOf(segments);
        }

        /** The head once it is written. */
        public Head head() {
            return new Head(epoch, entry.revision(), entry.hash());
        }
    }
}
