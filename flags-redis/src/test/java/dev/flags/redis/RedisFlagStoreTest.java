package dev.flags.redis;

import dev.flags.servers.RedisServer;
import dev.flags.store.Storage;
import dev.flags.store.tck.FlagStoreContract;
import dev.flags.store.tck.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of every store, on one Redis server. */
class RedisFlagStoreTest extends FlagStoreContract {
    private static RedisServer server;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected StoreFixture fixture(Path directory) {
        server.call("FLUSHALL");
        return new StoreFixture() {
            @Override
            public Storage open(String environment) {
                return new Opener().open(server.url(), environment);
            }

            @Override
            public Optional<SharedStore> sharedBetweenProcesses() {
                return Optional.of(new SharedStore(Opener.class, server.url()));
            }

            @Override
            public Push push() {
                return Push.ENTRIES;
            }

            @Override
            public Optional<Loss> loss() {
                return Optional.of((environment, key) -> server.call("HDEL", "flags:{" + environment + "}:flags", key));
            }
        };
    }

    /** Opens the same server, here or in another process. */
    public static final class Opener implements StoreFixture.StorageOpener {
        /** On a busy machine a server may take its time; what is not about that does not fail by it. */
        static final Duration PATIENCE = Duration.ofSeconds(30);

        @Override
        public Storage open(String location, String environment) {
            return RedisFlagStore.builder(location, environment)
                    .commandTimeout(PATIENCE)
                    .poolTimeout(PATIENCE)
                    .storage();
        }
    }
}
