package dev.flags.jdbc;

import dev.flags.store.Storage;
import dev.flags.store.tck.FlagStoreContract;
import dev.flags.store.tck.StoreFixture;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Optional;

/** The contract of every store, on an SQLite file. */
class SqliteFlagStoreTest extends FlagStoreContract {

    @Override
    protected StoreFixture fixture(Path directory) {
        Path path = directory.resolve("flags.db");
        JdbcMigrations.migrate("jdbc:sqlite:" + path);
        return new StoreFixture() {
            @Override
            public Storage open(String environment) {
                return new Opener().open(path.toString(), environment);
            }

            @Override
            public Optional<SharedStore> sharedBetweenProcesses() {
                return Optional.of(new SharedStore(Opener.class, path.toString()));
            }

            @Override
            public Optional<Loss> loss() {
                return Optional.of((environment, key) -> {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                            PreparedStatement delete = connection.prepareStatement(
                                    "DELETE FROM flags_flag WHERE environment = ? AND flag_key = ?")) {
                        delete.setString(1, environment);
                        delete.setString(2, key);
                        delete.executeUpdate();
                    }
                });
            }
        };
    }

    /** Opens the same file, here or in another process. */
    public static final class Opener implements StoreFixture.StorageOpener {
        @Override
        public Storage open(String location, String environment) {
            return new JdbcStorage(
                    new SqliteConnections(new SqliteFile(Path.of(location), Duration.ofMinutes(1))),
                    environment,
                    Duration.ofMillis(20));
        }
    }
}
