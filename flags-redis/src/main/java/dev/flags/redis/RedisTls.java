package dev.flags.redis;

import dev.flags.FlagsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.function.Supplier;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * Whom to trust and as whom to appear on an encrypted connection. Files are read again for each new connection, so a renewed
 * certificate needs no restart. Immutable.
 *
 * @param trust a key store (PKCS12 or JKS) with the authorities to trust; without it and {@code authority}, those that the JVM trusts
 * @param authority a PEM file with the certificates of authorities, instead of {@code trust}
 * @param identity a key store with the client's certificate and key, for a server that asks for one
 * @param verifyHostName whether the certificate must be of the host that was connected to
 */
record RedisTls(Optional<Store> trust, Optional<Path> authority, Optional<Store> identity, boolean verifyHostName) {
    /** What the JVM trusts, no client certificate, the host name is verified. */
    static final RedisTls DEFAULT = new RedisTls(Optional.empty(), Optional.empty(), Optional.empty(), true);

    /** A key store in a file. */
    record Store(Path file, Supplier<char[]> password) {
        SslOptions.Resource resource() {
            return () -> open(file);
        }
    }

    RedisTls {
        if (trust.isPresent() && authority.isPresent()) {
            throw new FlagsException("Give a trust store or a PEM file of authorities, not both");
        }
        trust.ifPresent(store -> readable("trust store", store.file()));
        authority.ifPresent(file -> readable("PEM file of authorities", file));
        identity.ifPresent(store -> readable("key store", store.file()));
    }

    RedisTls trusting(Store store) {
        return new RedisTls(Optional.of(store), authority, identity, verifyHostName);
    }

    RedisTls trusting(Path pem) {
        return new RedisTls(trust, Optional.of(pem), identity, verifyHostName);
    }

    RedisTls as(Store store) {
        return new RedisTls(trust, authority, Optional.of(store), verifyHostName);
    }

    RedisTls verifyingHostName(boolean verify) {
        return new RedisTls(trust, authority, identity, verify);
    }

    boolean isDefault() {
        return equals(DEFAULT);
    }

    SslOptions options() {
        SslOptions.Builder options = SslOptions.builder();
        options.sslVerifyMode(verifyHostName ? SslVerifyMode.FULL : SslVerifyMode.CA);
        trust.ifPresent(
                store -> options.truststore(store.resource(), store.password().get()));
        authority.ifPresent(file -> options.trustStoreType("PKCS12").truststore(() -> storeOf(file), new char[0]));
        identity.ifPresent(
                store -> options.keystore(store.resource(), store.password().get()));
        return options.build();
    }

    /** A key store in memory with the certificates of a PEM file, because that is what the JDK takes. */
    private static InputStream storeOf(Path pem) throws IOException {
        try (InputStream in = open(pem)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + count++, certificate);
            }
            if (count == 0) {
                throw new IOException("there is no certificate in " + pem);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, new char[0]);
            return new ByteArrayInputStream(out.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificates can be read from " + pem + ": " + e.getMessage(), e);
        }
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file);
    }

    private static void readable(String what, Path file) {
        if (!Files.isReadable(file)) {
            throw new FlagsException("The " + what + " cannot be read: " + file.toAbsolutePath());
        }
    }
}
