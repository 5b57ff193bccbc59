package dev.flags.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {

    @TempDir
    Path directory;

    @Test
    void aRedisShowsItsCertificateAndAsksForTheClients() throws Exception {
        Certificates certificates = Certificates.make(directory);
        try (RedisServer redis = RedisServer.binary(certificates.redisArguments(true))) {
            assertThat(ping(redis, certificates, certificates.trustStore(), true))
                    .isEqualTo("+PONG");
            assertThat(redis.call("PING")).isEqualTo("PONG");
            assertThatThrownBy(() -> ping(redis, certificates, certificates.strangersTrustStore(), true))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("unable to find valid certification path");
            // the server may have closed before the client has written, which then hears of that alone
            assertThatThrownBy(() -> ping(redis, certificates, certificates.trustStore(), false))
                    .isInstanceOfAny(SSLException.class, SocketException.class);
        }
    }

    private static String ping(RedisServer redis, Certificates certificates, Path trusted, boolean withCertificate)
            throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store(trusted, certificates.password()));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(
                store(certificates.clientKeyStore(), certificates.password()),
                certificates.password().toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(withCertificate ? keys.getKeyManagers() : null, trust.getTrustManagers(), new SecureRandom());
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("localhost", redis.tlsPort().orElseThrow())) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write("PING\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), java.nio.charset.StandardCharsets.US_ASCII);
        }
    }

    private static KeyStore store(Path file, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, password.toCharArray());
        }
        return store;
    }
}
