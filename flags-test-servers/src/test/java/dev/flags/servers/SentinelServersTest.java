package dev.flags.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SentinelServersTest {

    private final SentinelServers servers = SentinelServers.start("--appendonly", "yes");

    @AfterEach
    void end() {
        servers.close();
    }

    @Test
    void aReplicaBecomesTheMasterWithWhatWasConfirmed() {
        RedisServer old = servers.master();
        old.call("SET", "flag", "on");
        assertThat(old.call("WAIT", "2", "25000")).isEqualTo(2L);

        old.kill();
        RedisServer next = servers.awaitFailoverFrom(old);

        assertThat(next).isNotSameAs(old);
        assertThat(next.call("GET", "flag")).isEqualTo("on");
        assertThat(next.call("SET", "flag", "off")).isEqualTo("OK");
    }

    @Test
    void theOldMasterComesBackAsAReplica() {
        RedisServer old = servers.master();
        old.pause();
        RedisServer next = servers.awaitFailoverFrom(old);

        old.resume();

        await().atMost(Duration.ofMinutes(2))
                .until(() -> SentinelServers.role(old).equals("slave"));
        assertThat(servers.replicas()).contains(old).doesNotContain(next);
    }
}
