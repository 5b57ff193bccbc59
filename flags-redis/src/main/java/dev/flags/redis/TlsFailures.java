package dev.flags.redis;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** What a failed encrypted connection means, and what to do about it. */
final class TlsFailures {
    private TlsFailures() {}

    /** The failure, explained where it is one of encryption. */
    static JedisConnectionException explained(HostAndPort server, JedisConnectionException failure) {
        Optional<String> meaning = Optional.empty();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // the innermost knows best
            Optional<String> outer = meaning;
            meaning = meaning(cause).or(() -> outer);
        }
        return meaning.isEmpty()
                ? failure
                : new UnreachableException(RedisUrl.text(server) + ": " + meaning.get(), failure);
    }

    private static Optional<String> meaning(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
            return Optional.of("its certificate is not from an authority that is trusted here (" + said
                    + "); name the authority with trustStore or certificateAuthorities");
        }
        if (cause instanceof CertificateException && said.contains("found")) {
            return Optional.of("its certificate is of another host (" + said
                    + "); connect by a name that the certificate has, or have it made for this one");
        }
        if (cause instanceof CertificateException) {
            return Optional.of("its certificate is not accepted (" + said + ")");
        }
        if (!(cause instanceof SSLException)) {
            return Optional.empty();
        }
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("fatal alert") && lower.contains("certificate")) {
            return Optional.of("it does not accept this client's certificate, or asks for one (" + said
                    + "); give it with keyStore");
        }
        if (lower.contains("unrecognized ssl message") || lower.contains("plaintext")) {
            return Optional.of("it does not speak TLS on this port (" + said + "); redis:// is for that");
        }
        return Optional.of("TLS failed (" + said + ")");
    }
}
