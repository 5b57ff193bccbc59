package dev.flags.redis;

import dev.flags.store.tck.FlagStoreContract;
import dev.flags.store.tck.StoreFixture;
import java.nio.file.Path;

/** The contract of every store, on a master that sentinels watch. */
class SentinelFlagStoreTest extends FlagStoreContract {

    @Override
    protected StoreFixture fixture(Path directory) {
        return SharedServers.fixture(
                SharedServers.sentinelUrl(),
                () -> SharedServers.sentinel().master().call("FLUSHALL"),
                key -> SharedServers.sentinel().master());
    }
}
