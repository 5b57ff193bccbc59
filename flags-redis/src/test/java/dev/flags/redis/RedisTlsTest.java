package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.FlagsStatus.State;
import dev.flags.servers.Certificates;
import dev.flags.servers.RedisServer;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections to real servers with real certificates. */
@Timeout(300)
class RedisTlsTest {
    @TempDir
    static Path directory;

    private static Certificates certificates;
    private static RedisServer server;
    private static RedisServer asking;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        certificates = Certificates.make(directory);
        server = RedisServer.binary(certificates.redisArguments(false));
        asking = RedisServer.binary(certificates.redisArguments(true));
    }

    @AfterAll
    static void stop() {
        server.close();
        asking.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void aTrustedAuthorityIsEnoughToCommitAndToFollow() {
        FlagStore store = open(to(server, "localhost").trustStore(certificates.trustStore(), RedisTlsTest::password));
        Followed.set(store, 10);
        Followed instance = new Followed(
                open(to(server, "127.0.0.1").trustStore(certificates.trustStore(), RedisTlsTest::password)));
        instance.awaitPercent(10);
        Followed.set(store, 20);
        instance.awaitPercent(20);
        instance.awaitState(State.READY);
        // ends a blocking read on an encrypted connection
        instance.close();
        assertThat(store.location()).startsWith("rediss://localhost:");
    }

    @Test
    void theAuthorityMayBeAPemFile() {
        assertThat(open(to(server, "localhost").certificateAuthorities(certificates.caPem()))
                        .head())
                .isNotNull();
    }

    @Test
    void anUnknownAuthorityIsRefusedAndTheMessageSaysWhatToDo() {
        assertThatThrownBy(() -> open(to(server, "localhost")).head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("not from an authority that is trusted here")
                .hasMessageContaining("certificateAuthorities");
        assertThatThrownBy(() -> open(to(server, "localhost")
                                .trustStore(certificates.strangersTrustStore(), RedisTlsTest::password))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("not from an authority that is trusted here");
    }

    @Test
    void aCertificateOfAnotherHostIsRefusedUnlessThatIsSwitchedOff() {
        // another name of this machine, which the certificate does not have
        assertThatThrownBy(() -> open(to(server, "0.0.0.0").certificateAuthorities(certificates.caPem()))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("its certificate is of another host");
        assertThat(open(to(server, "0.0.0.0")
                                .certificateAuthorities(certificates.caPem())
                                .verifyHostName(false))
                        .head())
                .isNotNull();
        assertThatThrownBy(
                        () -> open(to(server, "0.0.0.0").verifyHostName(false)).head())
                .as("the authority counts even then")
                .hasMessageContaining("not from an authority that is trusted here");
    }

    @Test
    void aServerThatAsksForACertificateGetsTheKeyStores() {
        assertThatThrownBy(() -> open(to(asking, "localhost").certificateAuthorities(certificates.caPem()))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageMatching("(?s).*accept this client's certificate, or asks? for one.*keyStore.*");
        assertThat(open(to(asking, "localhost")
                                .certificateAuthorities(certificates.caPem())
                                .keyStore(certificates.clientKeyStore(), RedisTlsTest::password))
                        .head())
                .isNotNull();
    }

    @Test
    void aRenewedAuthorityIsReadByTheNextConnection(@TempDir Path mounted) throws IOException {
        Path file = mounted.resolve("trust.p12");
        Files.copy(certificates.strangersTrustStore(), file);
        FlagStore store = open(to(server, "localhost").trustStore(file, RedisTlsTest::password));
        assertThatThrownBy(store::head).isInstanceOf(StoreUnavailableException.class);

        Files.copy(certificates.trustStore(), file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(store.head()).isNotNull();
    }

    @Test
    void mixedUpPortsAndStoresThatCannotBeReadAreToldAsThat(@TempDir Path elsewhere) {
        assertThatThrownBy(() -> open(RedisFlagStore.builder("rediss://" + server.address(), "production"))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("it does not speak TLS on this port");
        assertThatThrownBy(() -> open(RedisFlagStore.builder(
                                "redis://localhost:" + server.tlsPort().orElseThrow(), "production"))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("if it speaks TLS on this port, rediss:// is for that");
        assertThatThrownBy(() -> open(to(server, "localhost")
                                .trustStore(certificates.trustStore(), () -> "wrong".toCharArray()))
                        .head())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("password");
        assertThatThrownBy(() -> to(server, "localhost").certificateAuthorities(elsewhere.resolve("none.pem")))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("none.pem");
        assertThatThrownBy(() -> RedisFlagStore.builder(server.url(), "production")
                        .certificateAuthorities(certificates.caPem())
                        .open())
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("write rediss://");
    }

    private static char[] password() {
        return certificates.password().toCharArray();
    }

    private static RedisFlagStore.Builder to(RedisServer redis, String host) {
        return RedisFlagStore.builder("rediss://" + host + ":" + redis.tlsPort().orElseThrow(), "production");
    }

    private FlagStore open(RedisFlagStore.Builder builder) {
        FlagStore store = builder.variables(Map.of()).open();
        opened.add(store);
        return store;
    }
}
