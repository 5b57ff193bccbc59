package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsStatus.State;
import dev.flags.servers.Certificates;
import dev.flags.servers.ClusterServers;
import dev.flags.servers.SentinelServers;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Encrypted connections to sentinels and to the nodes of a Cluster, which all ask for the client's certificate, and which speak TLS
 * among each other.
 */
@Timeout(300)
class TopologiesTlsTest {
    private static final String ENVIRONMENT = "encrypted";
    private static final String KEY = "flags:{" + ENVIRONMENT + "}:meta";

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    static Path directory;

    private static Certificates certificates;
    private static SentinelServers sentinel;
    private static ClusterServers cluster;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        certificates = Certificates.make(directory);
        sentinel = SentinelServers.start(certificates.redisArguments(true));
        cluster = ClusterServers.start(certificates.redisArguments(true));
    }

    @AfterAll
    static void stop() {
        sentinel.close();
        cluster.close();
    }

    @AfterEach
    void close() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void behindSentinelEverythingIsEncryptedOverAFailover() {
        goesOn(sentinelUrl(), sentinel::failOver);
    }

    @Test
    void onAClusterEverythingIsEncryptedOverAFailover() {
        goesOn(clusterUrl(), () -> cluster.failOver(KEY));
    }

    private void goesOn(String url, Runnable failover) {
        FlagStore store = open(known(trusting(url)));
        Followed.setPersistently(store, 10);
        Followed instance = new Followed(open(known(trusting(url))));
        opened.add(instance);
        instance.awaitPercent(10);
        Followed.setPersistently(store, 20);
        instance.awaitPercent(20);

        failover.run();

        Followed.setPersistently(store, 30);
        instance.awaitPercent(30);
        instance.awaitState(State.READY);
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void whoKnowsNotTheAuthorityIsToldSoOfEachServerThatWasAsked() {
        for (String url : List.of(sentinelUrl(), clusterUrl())) {
            assertThatThrownBy(() -> open(known(builder(url))).head())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("not from an authority that is trusted here")
                    .hasMessageContaining("certificateAuthorities");
        }
    }

    @Test
    void sentinelsAndNodesThatAskForACertificateGetTheKeyStores() {
        for (String url : List.of(sentinelUrl(), clusterUrl())) {
            assertThatThrownBy(() -> open(trusting(url)).head())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageMatching("(?s).*accept this client's certificate, or asks? for one.*keyStore.*");
        }
    }

    @Test
    void theHostNameOfSentinelsAndNodesIsVerified() {
        for (String url : List.of(sentinelUrl(), clusterUrl())) {
            String other = url.replace("127.0.0.1", "0.0.0.0");
            assertThatThrownBy(() -> open(known(trusting(other))).head())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("its certificate is of another host");
            assertThat(open(known(trusting(other)).verifyHostName(false)).head())
                    .isNotNull();
        }
    }

    @Test
    void sentinelsAndNodesWithoutTlsOnThatPortAreToldAsThat() {
        // one of each: every server that is asked uses up the time that it has, which is short because nothing is to
        // come
        for (String url : List.of(
                "rediss-sentinel://" + plainSentinel() + "/" + sentinel.masterName(),
                "rediss-cluster://" + cluster.servers().get(0).address())) {
            assertThatThrownBy(() ->
                            open(known(trusting(url)).commandTimeout(SHORT)).head())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("it does not speak TLS on this port");
        }
    }

    @Test
    void whoForgetsTheSInTheAddressIsTold() {
        // this one answers in plain text, and names the master's port with TLS
        String master = "redis-sentinel://" + plainSentinel() + "/" + sentinel.masterName();
        for (String url : List.of(
                master, sentinelUrl().replace("rediss", "redis"), clusterUrl().replace("rediss", "redis"))) {
            assertThatThrownBy(() -> open(builder(url)).head())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("if it speaks TLS on this port, rediss:// is for that");
        }
    }

    private static String plainSentinel() {
        return sentinel.sentinelServers().get(0).address();
    }

    private static String sentinelUrl() {
        return "rediss-sentinel://" + String.join(",", sentinel.sentinels()) + "/" + sentinel.masterName();
    }

    private static String clusterUrl() {
        return "rediss-cluster://" + String.join(",", cluster.nodes());
    }

    /** With time for a machine that is busy: of half a second, which a server has otherwise, the first handshake may take all. */
    private static RedisFlagStore.Builder builder(String url) {
        return RedisFlagStore.builder(url, ENVIRONMENT).connectTimeout(LONG).commandTimeout(LONG);
    }

    private static RedisFlagStore.Builder trusting(String url) {
        return builder(url).trustStore(certificates.trustStore(), TopologiesTlsTest::password);
    }

    private static RedisFlagStore.Builder known(RedisFlagStore.Builder builder) {
        return builder.keyStore(certificates.clientKeyStore(), TopologiesTlsTest::password);
    }

    private static char[] password() {
        return certificates.password().toCharArray();
    }

    private FlagStore open(RedisFlagStore.Builder builder) {
        FlagStore store = builder.variables(Map.of()).open();
        opened.add(store);
        return store;
    }
}
