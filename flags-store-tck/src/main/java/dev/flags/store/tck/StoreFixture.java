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

    @Override
    default void close() {}

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
