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
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Redis behind Sentinel and a Redis Cluster, encrypted and with a password, by their URLs. */
class TopologiesStoryTest {
    private static final String SECRET = "hunter2";
    private static final String SECRET_OF_SENTINELS = "hunter4";

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
        sentinel = SentinelServers.guarded(SECRET_OF_SENTINELS, arguments.toArray(String[]::new));
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
                .with("FLAGS_REDIS_SENTINEL_PASSWORD", SECRET_OF_SENTINELS)
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
    void sentinelsThatRefuseAreToldApartFromServersThatDo(@TempDir Path directory) {
        Cli cli = cli(directory, sentinelUrl());
        for (Cli strange : List.of(
                cli.with("FLAGS_REDIS_SENTINEL_PASSWORD", "hunter3"),
                cli.with("FLAGS_REDIS_SENTINEL_USER", "nobody"),
                cli.with("FLAGS_REDIS_SENTINEL_PASSWORD", ""),
                // the servers' is no help there, and no part of the trouble
                cli.with("FLAGS_REDIS_SENTINEL_PASSWORD", "").with("FLAGS_PASSWORD", SECRET_OF_SENTINELS),
                cli.with("FLAGS_REDIS_SENTINEL_PASSWORD", "").with("FLAGS_PASSWORD", ""))) {
            for (String verb : List.of("list", "doctor")) {
                Cli.Run run = strange.run(verb, "--verbose").exits(6);
                assertThat(run.out() + run.err())
                        .contains("the sentinels ", "set FLAGS_REDIS_SENTINEL_PASSWORD")
                        .doesNotContain("hunter", "No password was given");
            }
        }
        assertThat(cli.with("FLAGS_PASSWORD", "").run("list").exits(6).err())
                .contains("the master of ", "No password was given")
                .doesNotContain("the sentinels");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theSentinelsLoginComesFromAProfileToo(@TempDir Path directory) {
        Cli cli = cli(directory, sentinelUrl()).with("FLAGS_REDIS_SENTINEL_PASSWORD", "");
        cli.done(
                "profile", "set", "p", "sentinelUser=default", "sentinelCredentialCommand=echo " + SECRET_OF_SENTINELS);
        cli.done("list", "--profile", "p");
        cli.done("profile", "set", "p", "sentinelCredentialCommand=echo hunter3");
        assertThat(cli.run("list", "--profile", "p").exits(6).err())
                .contains("the sentinels refuse the user default")
                .doesNotContain("hunter");
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
