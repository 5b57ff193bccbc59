package dev.flags.redis;

import dev.flags.servers.ClusterServers;
import dev.flags.servers.RedisServer;
import dev.flags.servers.SentinelServers;
import dev.flags.store.Storage;
import dev.flags.store.tck.StoreFixture;
import java.util.Optional;
import java.util.function.Function;

/** Topologies that take seconds to start: one of each for all tests of this JVM, with which they end. */
final class SharedServers {
    private SharedServers() {}

    static SentinelServers sentinel() {
        return Sentinel.SERVERS;
    }

    static String sentinelUrl() {
        return "redis-sentinel://" + String.join(",", sentinel().sentinels()) + "/"
                + sentinel().masterName();
    }

    static ClusterServers cluster() {
        return Cluster.SERVERS;
    }

    static String clusterUrl() {
        return "redis-cluster://" + String.join(",", cluster().nodes());
    }

    /**
     * A fixture on what is at a URL, emptied.
     *
     * @param masterOf the server that holds a key
     */
    static StoreFixture fixture(String url, Runnable empty, Function<String, RedisServer> masterOf) {
        empty.run();
        return new StoreFixture() {
            @Override
            public Storage open(String environment) {
                return new RedisFlagStoreTest.Opener().open(url, environment);
            }

            @Override
            public Optional<SharedStore> sharedBetweenProcesses() {
                return Optional.of(new SharedStore(RedisFlagStoreTest.Opener.class, url));
            }

            @Override
            public Push push() {
                return Push.ENTRIES;
            }

            @Override
            public Optional<Loss> loss() {
                return Optional.of((environment, flag) -> {
                    String key = "flags:{" + environment + "}:flags";
                    masterOf.apply(key).call("HDEL", key, flag);
                });
            }
        };
    }

    static void flush(Iterable<RedisServer> servers) {
        for (RedisServer server : servers) {
            if (String.valueOf(server.call("ROLE")).startsWith("[master")) {
                server.call("FLUSHALL");
            }
        }
    }

    private static final class Sentinel {
        static final SentinelServers SERVERS = SentinelServers.start();
    }

    private static final class Cluster {
        static final ClusterServers SERVERS = ClusterServers.start();
    }
}
