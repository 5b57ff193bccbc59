package dev.flags.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority, a server's certificate for {@code localhost} and {@code 127.0.0.1}, and a client's; and a second authority
 * that signed nothing here. Servers take PEM files, clients PKCS #12 stores.
 *
 * <p>They are encoded here, since a {@code keytool} for each step costs half a minute on a busy machine.
 *
 * <p>Immutable.
 */
public final class Certificates {

    private static final String PASSWORD = "changeit";
    private static final Duration AROUND_NOW = Duration.ofDays(365);
    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("2a8648ce3d040302"));
    private static final byte[] BASIC_CONSTRAINTS = Der.oid("551d13");
    private static final byte[] ALTERNATIVE_NAMES = Der.oid("551d11");
    private static final byte[] COMMON_NAME = Der.oid("550403");

    private final Path directory;

    private Certificates(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes them.
     *
     * @param directory where all files go; it must exist
     */
    public static Certificates make(Path directory) {
        Certificates made = new Certificates(directory);
        try {
            Signed authority = authority("flags test authority");
            made.trust(made.trustStore(), authority);
            made.pem(made.caPem(), "CERTIFICATE", authority.certificate().getEncoded());
            made.trust(made.strangersTrustStore(), authority("another authority"));
            byte[] dns = Der.tagged(0x82, "localhost".getBytes(UTF_8));
            byte[] ip = Der.tagged(0x87, new byte[] {127, 0, 0, 1});
            Signed server =
                    signed("localhost", authority, Der.sequence(ALTERNATIVE_NAMES, Der.octets(Der.sequence(dns, ip))));
            made.pem(made.serverCertPem(), "CERTIFICATE", server.certificate().getEncoded());
            made.pem(
                    made.serverKeyPem(),
                    "PRIVATE KEY",
                    server.keys().getPrivate().getEncoded());
            made.keys(made.clientKeyStore(), signed("application", authority, null), authority);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return made;
    }

    /** {@return a PKCS #12 store with the authority's certificate, for clients} */
    public Path trustStore() {
        return directory.resolve("trust.p12");
    }

    /** {@return a PKCS #12 store with the certificate of an authority that has signed nothing here} */
    public Path strangersTrustStore() {
        return directory.resolve("stranger-trust.p12");
    }

    /** {@return a PKCS #12 store with the client's key and certificate, whose name is {@code application}} */
    public Path clientKeyStore() {
        return directory.resolve("client.p12");
    }

    /** {@return the password of every store} */
    public String password() {
        return PASSWORD;
    }

    /** {@return the server's certificate, PEM} */
    public Path serverCertPem() {
        return directory.resolve("server.crt");
    }

    /** {@return the server's private key, PEM, unencrypted, readable by its owner only} */
    public Path serverKeyPem() {
        return directory.resolve("server.key");
    }

    /** {@return the authority's certificate, PEM} */
    public Path caPem() {
        return directory.resolve("ca.crt");
    }

    /**
     * {@return what {@link RedisServer#binary} needs to speak TLS on {@link RedisServer#tlsPort}}
     *
     * @param clientsToo whether clients must show a certificate of the authority
     */
    public String[] redisArguments(boolean clientsToo) {
        return new String[] {
            "--tls-cert-file",
            serverCertPem().toString(),
            "--tls-key-file",
            serverKeyPem().toString(),
            "--tls-ca-cert-file",
            caPem().toString(),
            "--tls-auth-clients",
            clientsToo ? "yes" : "no"
        };
    }

    private static Signed authority(String name) throws GeneralSecurityException {
        byte[] mayIssue = Der.sequence(BASIC_CONSTRAINTS, Der.yes(), Der.octets(Der.sequence(Der.yes())));
        KeyPair keys = keys();
        return new Signed(name, keys, certificate(name, keys, name, keys, mayIssue));
    }

    private static Signed signed(String name, Signed authority, byte @Nullable [] extension)
            throws GeneralSecurityException {
        KeyPair keys = keys();
        return new Signed(name, keys, certificate(name, keys, authority.name(), authority.keys(), extension));
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** RFC 5280, section 4.1. */
    private static Certificate certificate(
            String name, KeyPair keys, String issuer, KeyPair issuerKeys, byte @Nullable [] extension)
            throws GeneralSecurityException {
        Instant now = Instant.now();
        byte[] content = Der.sequence(
                Der.context(0, Der.integer(2)),
                Der.integer(1 + Math.abs((long) name.hashCode())),
                ECDSA_WITH_SHA256,
                nameOf(issuer),
                Der.sequence(Der.time(now.minus(AROUND_NOW)), Der.time(now.plus(AROUND_NOW))),
                nameOf(name),
                keys.getPublic().getEncoded(),
                extension == null ? new byte[0] : Der.context(3, Der.sequence(extension)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuerKeys.getPrivate());
        signature.update(content);
        byte[] whole = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] nameOf(String commonName) {
        return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(commonName))));
    }

    private void trust(Path file, Signed authority) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setCertificateEntry("authority", authority.certificate());
        write(store, file);
    }

    private void keys(Path file, Signed owner, Signed authority) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        Certificate[] chain = {owner.certificate(), authority.certificate()};
        store.setKeyEntry(owner.name(), owner.keys().getPrivate(), PASSWORD.toCharArray(), chain);
        write(store, file);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void write(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private void pem(Path file, String what, byte[] bytes) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(
                                what,
                                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes),
                                what));
        file.toFile().setReadable(false, false);
        file.toFile().setReadable(true, true);
    }

    /** A key pair and its certificate. */
    private record Signed(String name, KeyPair keys, Certificate certificate) {}
}
