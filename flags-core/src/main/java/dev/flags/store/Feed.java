package dev.flags.store;

import java.time.Duration;
import java.util.List;

/**
 * What one follower reads from a store: a cursor's worth of reads, and a wait. A storage that talks to a server holds one
 * connection for it, for as long as the feed is open, and makes it anew after a failure at the next call. Exceptions as {@link
 * Storage} says; every call is bounded in time. Confined to one thread, except for {@link #close()}, which any thread may call
 * to end a wait.
 */
public interface Feed extends AutoCloseable {

    /** As {@link Storage#head()}. */
    Head head();

    /** As {@link Storage#load()}, but a state that is not whole is answered with what is missing of it. */
    StoredState load();

    /** As {@link Storage#entriesAfter}. */
    List<StoredEntry> entriesAfter(long revision, int limit);

    /**
     * Waits until something follows on the head given, at most for the time given.
     *
     * <p>Whoever waits behind a head that the store no longer has would wait for ever, so after the time the head is read: {@link
     * Awaited.Unchanged} is answered only when it is the known one. A storage that can tell cheaply also looks whether all that was
     * committed is still there.
     */
    Awaited await(Head known, Duration atMost) throws InterruptedException;

    @Override
    void close();

    /** What a wait ended with. */
    sealed interface Awaited {

        /** The head was read from the store just now and is the known one. */
        record Unchanged() implements Awaited {}

        /** The head is the known one, but less is stored than was committed: all of it is to be loaded. */
        record Lost() implements Awaited {}

        /** Something may have happened: the head is to be read. */
        record Moved() implements Awaited {}

        /**
         * These came after the known revision, oldest first, not empty; whether they chain to it is for the follower to see. There
         * may be more.
         */
        record Entries(List<StoredEntry> entries) implements Awaited {
            public Entries {
                entries = List.copyOf(entries);
            }
        }
    }
}
