package dev.flags.store.tck;

import dev.flags.store.Storage;
import java.util.Optional;

/** One empty store of the kind under test, made anew for each test. */
public interface StoreFixture extends AutoCloseable {

    /**
     * Opens the store once more, as another instance of an application would. An environment that is not there yet is made.
     * The contract closes what it has opened.
     */
    Storage open(String environment);

    /**
     * How a process of its own reaches the same store; empty declares that the store lives in one process, and the tests with
     * processes are reported as skipped.
     */
    Optional<SharedStore> sharedBetweenProcesses();

    /** How a follower of this store learns of a commit. */
    default Push push() {
        return Push.NONE;
    }

    /**
     * How a flag is taken away behind the store's back, as an eviction or a script would; empty declares that nobody can.
     */
    default Optional<Loss> loss() {
        return Optional.empty();
    }

    @Override
    default void close() {}

    /** How a follower learns of a commit before its poll interval is over. */
    enum Push {
        /** It does not; it looks at intervals. */
        NONE,
        /** It is told that something has happened, and reads. */
        SIGNAL,
        /** It is handed the entries. */
        ENTRIES
    }

    /** Takes a flag away, its definition at least, past everything that counts or logs it. */
    @FunctionalInterface
    interface Loss {
        void of(String environment, String key) throws Exception;
    }

    /**
     * How another process opens the store.
     *
     * @param opener a public class with a public constructor without arguments, on the test's class path
     * @param location what the opener is given
     */
    record SharedStore(Class<? extends StorageOpener> opener, String location) {}

    /** Opens a store in another process. */
    @FunctionalInterface
    interface StorageOpener {
        Storage open(String location, String environment);
    }
}
