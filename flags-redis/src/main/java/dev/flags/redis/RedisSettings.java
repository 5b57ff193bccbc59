package dev.flags.redis;

import dev.flags.FlagsException;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that connections are made with. Immutable.
 *
 * @param url where Redis is; its user and password are already in {@code credentials}
 * @param environment the environment, whose slot decides the master on a Cluster
 * @param credentials asked for each new connection to a server; empty: none are sent
 * @param sentinelCredentials the same for the sentinels
 * @param tls how to encrypt, when the URL says to
 * @param connectTimeout how long a connection may take to be made, for each address that a host name has
 * @param commandTimeout how long a command may stay without an answer
 * @param poolWait how long a command may wait for a connection when all are in use
 * @param poolSize how many connections commands may use at once
 * @param clientName what {@code CLIENT LIST} shows
 */
record RedisSettings(
        RedisUrl url,
        String environment,
        Optional<RedisLogin> credentials,
        Optional<RedisLogin> sentinelCredentials,
        RedisTls tls,
        Duration connectTimeout,
        Duration commandTimeout,
        Duration poolWait,
        int poolSize,
        String clientName) {
    static final String DEFAULT_CLIENT_NAME = "flags";
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    static final int DEFAULT_POOL_SIZE = 8;

    RedisSettings {
        positive("connect time-out", connectTimeout);
        positive("command time-out", commandTimeout);
        positive("time-out for a connection of the pool", poolWait);
        if (!url.tls() && !tls.isDefault()) {
            throw new FlagsException("Trust and key stores are given, but " + url.location()
                    + " is not encrypted; write " + url.kind().scheme(true) + "://");
        }
        if (poolSize < 1) {
            throw new FlagsException("The pool needs at least one connection, and not " + poolSize);
        }
        if (clientName.isEmpty() || clientName.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new FlagsException("The client name takes printable ASCII without spaces, because Redis does");
        }
    }

    /** The ACL user; empty for the default one. */
    Optional<String> login() {
        return credentials.flatMap(RedisLogin::user);
    }

    /** The hash tag of the environment's keys. */
    String tag() {
        return "{" + environment + "}";
    }

    private static void positive(String what, Duration duration) {
        if (duration.isNegative() || duration.toMillis() < 1 || duration.toMillis() > Integer.MAX_VALUE / 2) {
            throw new FlagsException("The " + what + " must be a millisecond or more and finite, and not " + duration);
        }
    }
}
