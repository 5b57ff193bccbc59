package dev.flags.store;

import java.time.Clock;

/** A store in this process' memory, with everything that a store has: for tests and trials. Safe for use by multiple threads. */
public final class InMemoryFlagStore extends StorageFlagStore {

    public InMemoryFlagStore(String environment) {
        this(environment, Clock.systemUTC());
    }

    /** With a clock of one's own as the store's clock. */
    public InMemoryFlagStore(String environment, Clock clock) {
        super(new InMemoryStorage(environment, clock));
    }

    /** A bare storage, to be shared by several stores as processes would share a database. */
    public static Storage storage(String environment) {
        return new InMemoryStorage(environment, Clock.systemUTC());
    }
}
