package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.servers.Certificates;
import dev.flags.servers.ClusterServers;
import dev.flags.servers.SentinelServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis behind Sentinel and a Redis Cluster, encrypted and with a password, by their URLs. */
class TopologiesStoryTest {
    private static final String SECRET = "hunter2";

    @TempDir
    static Path keys;

    private static Certificates certificates;
    private static SentinelServers sentinel;
    private static ClusterServers cluster;

    @BeforeAll
    static void start() {
        certificates = Certificates.make(keys);
        List<String> arguments = new ArrayList<>(List.of(certificates.redisArguments(true)));
        arguments.addAll(List.of("--requirepass", SECRET, "--appendonly", "yes"));
        sentinel = SentinelServers.start(arguments.toArray(String[]::new));
        cluster = ClusterServers.start(arguments.toArray(String[]::new));
    }

    @AfterAll
    static void end() {
        sentinel.close();
        cluster.close();
    }

    private static String sentinelUrl() {
        return "rediss-sentinel://" + String.join(",", sentinel.sentinels()) + "/" + sentinel.masterName();
    }

    private static String clusterUrl() {
        return "rediss-cluster://" + String.join(",", cluster.nodes());
    }

    private static Cli cli(Path directory, String url) {
        return Cli.in(directory)
                .with("FLAGS_STORE", url)
                .with("FLAGS_PASSWORD", SECRET)
                .with("FLAGS_STORE_TRUST_STORE", certificates.caPem().toString())
                .with("FLAGS_STORE_KEY_STORE", certificates.clientKeyStore().toString())
                .with("FLAGS_STORE_KEY_STORE_PASSWORD", certificates.password());
    }

    @Nested
    class BehindSentinel extends ReplicatedStory {
        @Override
        String url() {
            return sentinelUrl();
        }

        @Override
        void failOver() {
            sentinel.failOver();
        }
    }

    @Nested
    class OnACluster extends ReplicatedStory {
        @Override
        String url() {
            return clusterUrl();
        }

        @Override
        void failOver() {
            cluster.failOver("flags:{failover}:meta");
        }
    }

    /** The same on both. */
    abstract static class ReplicatedStory extends StoreStory {
        abstract String url();

        /** Of the environment {@code failover}. */
        abstract void failOver();

        @Override
        Cli cli() {
            return TopologiesStoryTest.cli(directory, url());
        }

        @Override
        String layer() {
            return "redis";
        }

        @Test
        void aKillAsksForReplicasAndOutlivesAFailover() {
            Cli cli = cli().with("FLAGS_ENVIRONMENT", "failover");
            cli.done("create", "k", "--percent", "100");
            // whether one confirms it within a second is a matter of the machine
            assertThat(cli.done("kill", "k", "--reason", "INC-7").err()).doesNotContain("whether it has replicas");
            failOver();
            assertThat(cli.json("get", "k").get("killed").toString()).contains("INC-7");
            cli.done("unkill", "k");
            assertThat(cli.json("audit", "verify"))
                    .containsEntry("intact", true)
                    .containsEntry("entries", 3L);
        }
    }

    @Test
    void aWrongPasswordIsExitCode6AndAStrangersCertificateExitCode5(@TempDir Path directory) {
        for (String url : List.of(sentinelUrl(), clusterUrl())) {
            Cli cli = cli(directory, url);
            assertThat(cli.with("FLAGS_PASSWORD", "hunter3")
                            .run("list")
                            .exits(6)
                            .err())
                    .doesNotContain("hunter");
            cli.with(
                            "FLAGS_STORE_TRUST_STORE",
                            certificates.strangersTrustStore().toString())
                    .with("FLAGS_STORE_TRUST_STORE_PASSWORD", certificates.password())
                    .run("list")
                    .exits(5)
                    .says("not from an authority that is trusted here");
        }
    }
}
