package dev.flags.jdbc;

import dev.flags.store.Storage;
import dev.flags.store.tck.StoreFixture;
import java.util.Optional;

/** A database behind a server, for the contract. */
record ServerFixture(TestDatabase database) implements StoreFixture {
    @Override
    public Storage open(String environment) {
        return database.storage(environment);
    }

    @Override
    public Optional<SharedStore> sharedBetweenProcesses() {
        return Optional.of(
                new SharedStore(Opener.class, database.user() + "\n" + database.password() + "\n" + database.url()));
    }

    @Override
    public Optional<Loss> loss() {
        return Optional.of((environment, key) -> database.execute(
                "DELETE FROM flags_flag WHERE environment = '" + environment + "' AND flag_key = '" + key + "'"));
    }

    /** Opens the same database in another process. */
    public static final class Opener implements StoreFixture.StorageOpener {
        @Override
        public Storage open(String location, String environment) {
            String[] parts = location.split("\n", -1);
            return new TestDatabase(parts[2], parts[0], parts[1]).storage(environment);
        }
    }
}
