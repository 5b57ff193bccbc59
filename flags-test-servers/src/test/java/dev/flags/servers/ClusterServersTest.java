package dev.flags.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterServersTest {

    private final ClusterServers servers = ClusterServers.start("--appendonly", "yes");

    @AfterEach
    void end() {
        servers.close();
    }

    @Test
    void aReplicaBecomesTheMasterOfItsSlotsWithWhatWasConfirmed() {
        String key = "flags:{production}:meta";
        RedisServer old = servers.masterOf(key);
        RedisServer replica = servers.replicaOf(key);
        old.call("SET", key, "1");
        assertThat(old.call("WAIT", "1", "25000")).isEqualTo(1L);

        old.kill();
        RedisServer next = servers.awaitFailoverFrom(old, key);

        assertThat(next).isSameAs(replica);
        assertThat(next.call("GET", key)).isEqualTo("1");
        old.restart();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> SentinelServers.role(old).equals("slave"));
    }

    @Test
    void everyKeyHasAMaster() {
        for (int i = 0; i < 100; i++) {
            String key = "key" + i;
            assertThat(servers.masterOf(key).call("SET", key, "1")).isEqualTo("OK");
        }
    }
}
