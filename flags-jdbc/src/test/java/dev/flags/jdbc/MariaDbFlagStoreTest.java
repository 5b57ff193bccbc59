package dev.flags.jdbc;

import dev.flags.store.tck.FlagStoreContract;
import dev.flags.store.tck.StoreFixture;
import java.nio.file.Path;

/** The contract of every store, on MariaDB. */
class MariaDbFlagStoreTest extends FlagStoreContract {

    @Override
    protected StoreFixture fixture(Path directory) {
        return new ServerFixture(Databases.MARIADB.migrated());
    }
}
