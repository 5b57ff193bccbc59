package dev.flags.store;

import dev.flags.FlagsException;
import java.time.Duration;
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

    /** Everything, as of one revision. A flag that was ever stored is in it for ever: its records may be null, it never goes. */
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
     * answers {@code false}; an optimistic one compares the head inside its atomic unit. An exception from the planner is
     * passed on with nothing written.
     *
     * @return true when written, or when the planner had nothing to write; false when the head had moved
     * @throws OutcomeUnknownException when the connection was lost after the write was sent; the caller finds out by reading
     */
    boolean attempt(Planner planner);

    /**
     * Waits until the head is another than the one given, at most for the time given. This default is for a storage without
     * push: it sleeps for the whole time (a follower gives its poll interval) and then reads the head once.
     *
     * @return true when it may have moved; false only after the head was read from the store and found to be the known one
     */
    default boolean awaitChange(Head known, Duration atMost) throws InterruptedException {
        Thread.sleep(atMost.toMillis());
        return !head().equals(known);
    }

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

    /**
     * One commit, whole.
     *
     * @param entry its audit entry; its revision is the head's plus one
     * @param keys the flags that it touches, for the history index
     * @param flags the flags' new records
     * @param segments the segments' new records
     * @param settings the environment's new settings, or null when they stay
     */
    record Append(
            StoredEntry entry,
            Set<String> keys,
            List<StoredFlag> flags,
            List<StoredSegment> segments,
            @Nullable String settings) {
        public Append {
            keys = Set.copyOf(keys);
            flags = List.copyOf(flags);
            segments = List.copyOf(segments);
        }
    }
}
