package dev.flags.redis;

import dev.flags.store.tck.FlagStoreContract;
import dev.flags.store.tck.StoreFixture;
import java.nio.file.Path;

/** The contract of every store, on a Cluster whose environments lie on different nodes. */
class ClusterFlagStoreTest extends FlagStoreContract {

    @Override
    protected StoreFixture fixture(Path directory) {
        return SharedServers.fixture(
                SharedServers.clusterUrl(),
                () -> SharedServers.flush(SharedServers.cluster().servers()),
                SharedServers.cluster()::masterOf);
    }
}
