package dev.flags.redis;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** What a failed connection means that is encrypted, or should have been, and what to do about it. */
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

    /** The failure of a connection that is not encrypted, with the remark that it may have to be. */
    static JedisConnectionException suspected(HostAndPort server, JedisConnectionException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String said = String.valueOf(cause.getMessage());
            if (isHangingUp(said)) {
                return new UnreachableException(
                        RedisUrl.text(server) + ": it closed the connection at the first command (" + said
                                + "); if it speaks TLS on this port, rediss:// is for that",
                        failure);
            }
        }
        return failure;
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
        boolean ours = cause instanceof FileSystemException
                || (cause instanceof IOException
                        && (said.toLowerCase(Locale.ROOT).contains("keystore") || said.contains("certificate")));
        if (ours && !(cause instanceof SSLException)) {
            return Optional.of("the trust store, key store or PEM file for it cannot be read (" + said + ")");
        }
        if (!(cause instanceof SSLException)) {
            return hungUp(cause, said);
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

    /** A server need not say why it does not go on; a plain one waits for the rest of a command that never comes. */
    private static Optional<String> hungUp(Throwable cause, String said) {
        if (cause instanceof SocketTimeoutException
                && said.toLowerCase(Locale.ROOT).contains("read")) {
            return Optional.of("no answer to an encrypted connection: it hangs, or it does not speak TLS on this port ("
                    + said + "); redis:// is for that");
        }
        return isHangingUp(said)
                ? Optional.of("it closed the encrypted connection while it was being made (" + said
                        + "): it may not accept this client's certificate, or ask for one; give it with keyStore")
                : Optional.empty();
    }

    private static boolean isHangingUp(String said) {
        String lower = said.toLowerCase(Locale.ROOT);
        return lower.contains("broken pipe") || lower.contains("reset") || lower.contains("end of stream");
    }
}
