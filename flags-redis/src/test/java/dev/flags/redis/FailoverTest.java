package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsStatus.State;
import dev.flags.servers.ClusterServers;
import dev.flags.servers.RedisServer;
import dev.flags.servers.SentinelServers;
import dev.flags.store.FlagStore;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.RedisCredentials;

/** Commits and followers find the new master, whichever way the old one went. */
@Timeout(300)
class FailoverTest {
    private static final String ENVIRONMENT = "failover";
    private static final String KEY = "flags:{" + ENVIRONMENT + "}:meta";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void behindSentinelAKilledMasterIsReplaced() {
        SentinelServers servers = SharedServers.sentinel();
        RedisServer old = servers.master();
        survives(
                SharedServers.sentinelUrl(),
                servers::awaitInStep,
                old::kill,
                () -> servers.awaitFailoverFrom(old),
                old::restart);
    }

    @Test
    void behindSentinelAHungMasterIsReplacedAndStaysSoWhenItWakes() {
        SentinelServers servers = SharedServers.sentinel();
        RedisServer old = servers.master();
        survives(
                SharedServers.sentinelUrl(),
                servers::awaitInStep,
                old::pause,
                () -> servers.awaitFailoverFrom(old),
                old::resume);
    }

    @Test
    void onAClusterAKilledMasterIsReplaced() {
        ClusterServers servers = SharedServers.cluster();
        RedisServer old = servers.masterOf(KEY);
        survives(
                SharedServers.clusterUrl(),
                () -> servers.awaitInStep(KEY),
                old::kill,
                () -> servers.awaitFailoverFrom(old, KEY),
                old::restart);
    }

    @Test
    void onAClusterTheSlotIsFollowedToAnotherNodeWithoutAnOutage() {
        ClusterServers servers = SharedServers.cluster();
        RedisServer old = servers.masterOf(KEY);
        survives(
                SharedServers.clusterUrl(),
                () -> servers.awaitInStep(KEY),
                () -> servers.replicaOf(KEY).call("CLUSTER", "FAILOVER"),
                () -> servers.awaitFailoverFrom(old, KEY),
                () -> {});
    }

    private void survives(String url, Runnable inStep, Runnable hurt, Runnable replaced, Runnable heal) {
        FlagStore store = open(RedisFlagStore.builder(url, ENVIRONMENT));
        Followed.setPersistently(store, 10);
        Followed instance = new Followed(open(RedisFlagStore.builder(url, ENVIRONMENT)));
        opened.add(instance);
        instance.awaitPercent(10);
        // what only the master has is lost with it, which is another story
        inStep.run();
        try {
            hurt.run();
            replaced.run();
            Followed.setPersistently(store, 20);
            instance.awaitPercent(20);
            instance.awaitState(State.READY);
        } finally {
            heal.run();
        }
        // whoever comes back disturbs nobody, although it takes itself for the master until it is told otherwise
        Followed.setPersistently(store, 30);
        instance.awaitPercent(30);
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void aSentinelThatIsAwayIsPassedOver() {
        String living = String.join(",", SharedServers.sentinel().sentinels());
        String url = "redis-sentinel://127.0.0.1:1,127.0.0.1:2," + living + "/"
                + SharedServers.sentinel().masterName();
        FlagStore store = open(RedisFlagStore.builder(url, ENVIRONMENT));
        Followed.setPersistently(store, 5);
        assertThat(store.flag("a").definition()).isPresent();
    }

    @Test
    void sentinelsThatAreAllAwayAndAMasterThatTheyDoNotKnowAreToldApart() {
        assertThatThrownBy(() -> open(RedisFlagStore.builder("redis-sentinel://127.0.0.1:1,127.0.0.1:2/m", ENVIRONMENT))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("no sentinel answers")
                .hasMessageContaining("127.0.0.1:2");
        String sentinels = String.join(",", SharedServers.sentinel().sentinels());
        assertThatThrownBy(() -> open(RedisFlagStore.builder("redis-sentinel://" + sentinels + "/other", ENVIRONMENT))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("the sentinels know no master named 'other'");
        assertThatThrownBy(() -> open(RedisFlagStore.builder("redis-cluster://127.0.0.1:1", ENVIRONMENT))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("no node of the Cluster answers");
    }

    @Test
    void anAddressOfAnotherKindOfRedisIsToldAsThat() {
        String node = SharedServers.cluster().servers().stream()
                .filter(server -> server != SharedServers.cluster().masterOf(KEY))
                .map(RedisServer::url)
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> open(RedisFlagStore.builder(node, ENVIRONMENT)).head())
                .hasMessageContaining("write redis-cluster://");
        String master = SharedServers.sentinel().master().address();
        assertThatThrownBy(() -> open(RedisFlagStore.builder("redis-cluster://" + master, ENVIRONMENT))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("cluster support disabled");
    }

    @Test
    void sentinelsHaveALoginOfTheirOwn() {
        SentinelServers servers = SharedServers.sentinel();
        servers.sentinelServers()
                .forEach(sentinel -> sentinel.call(
                        "ACL",
                        "SETUSER",
                        "watcher",
                        "reset",
                        "on",
                        ">secret",
                        "+client|setname",
                        "+sentinel|get-master-addr-by-name"));
        AtomicReference<RedisCredentials> credentials =
                new AtomicReference<>(new DefaultRedisCredentials("watcher", "wrong"));
        FlagStore store = open(
                RedisFlagStore.builder(SharedServers.sentinelUrl(), ENVIRONMENT).sentinelCredentials(credentials::get));

        assertThatThrownBy(store::head)
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("WRONGPASS")
                .hasMessageNotContaining("wrong ");
        credentials.set(new DefaultRedisCredentials("watcher", "secret"));
        Followed.setPersistently(store, 7);
        assertThat(store.flag("a").definition()).isPresent();
    }

    @Test
    void environmentsOfAllNodesOfAClusterAreListed() {
        for (String environment : List.of("one", "two", "three", "four")) {
            Followed.setPersistently(open(RedisFlagStore.builder(SharedServers.clusterUrl(), environment)), 1);
        }
        var storage = RedisFlagStore.builder(SharedServers.clusterUrl(), ENVIRONMENT)
                .variables(Map.of())
                .storage();
        opened.add(storage);
        assertThat(storage.environments()).contains("one", "two", "three", "four");
    }

    private FlagStore open(RedisFlagStore.Builder builder) {
        FlagStore store = builder.variables(Map.of()).open();
        opened.add(store);
        return store;
    }
}
