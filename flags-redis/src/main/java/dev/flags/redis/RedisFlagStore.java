package dev.flags.redis;

import dev.flags.FlagsException;
import dev.flags.store.StorageFlagStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisCredentials;

/**
 * A store on Redis 6.2 or later, or Valkey: one server, behind Sentinel, or a Cluster.
 *
 * <p>Making one does no I/O and so never fails because of the server's state: a server that is away, refuses or holds something
 * else is told by each operation, and to whoever follows. A follower holds one connection of its own and blocks on it until
 * something is committed; evaluating needs none. Safe for use by multiple threads.
 */
public final class RedisFlagStore extends StorageFlagStore {

    private RedisFlagStore(RedisStorage storage) {
        super(storage);
    }

    /**
     * The store at a URL.
     *
     * @param url {@code redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE]}, {@code redis-sentinel://HOST[:PORT],…/MASTER[/DATABASE]} or
     *     {@code redis-cluster://HOST[:PORT],…}; {@code rediss} in place of {@code redis} encrypts. User and password are those of the Redis
     *     servers, percent-encoded where they hold one of {@code : / ? # @ %}. The password never shows in messages
     * @param environment letters, digits, {@code . _ -}
     * @throws FlagsException when the URL or the environment's name is not understood
     */
    public static RedisFlagStore open(String url, String environment) {
        return builder(url, environment).open();
    }

    /** As {@link #open}, with more to say. */
    public static Builder builder(String url, String environment) {
        return new Builder(url, environment);
    }

    /**
     * Settings of a store. Every wait that they allow is finite.
     *
     * <p>Whom to log in as, in order of precedence: {@link #credentials}, {@link #user} and {@link #password}, the URL, the environment
     * variables {@code FLAGS_REDIS_USER} and {@code FLAGS_REDIS_PASSWORD}. Without a password a named user is taken for one that needs none.
     * At sentinels none of these counts: {@link #sentinelCredentials}, or {@code FLAGS_REDIS_SENTINEL_USER} and {@code
     * FLAGS_REDIS_SENTINEL_PASSWORD}. Not thread-safe; confine it to one thread.
     */
    public static final class Builder {
        private final RedisUrl url;
        private final String environment;
        private Map<String, String> variables = System.getenv();
        private String prefix = RedisKeys.DEFAULT_PREFIX;
        private @Nullable String user;
        private @Nullable Supplier<String> password;
        private Optional<RedisLogin> callback = Optional.empty();
        private Optional<RedisLogin> sentinelCallback = Optional.empty();
        private RedisTls tls = RedisTls.DEFAULT;
        private Duration connectTimeout = RedisSettings.DEFAULT_TIMEOUT;
        private Duration commandTimeout = RedisSettings.DEFAULT_TIMEOUT;
        private Duration poolTimeout = RedisSettings.DEFAULT_TIMEOUT;
        private int poolSize = RedisSettings.DEFAULT_POOL_SIZE;
        private String clientName = RedisSettings.DEFAULT_CLIENT_NAME;

        private Builder(String url, String environment) {
            this.url = RedisUrl.parse(url);
            this.environment = environment;
        }

        /** What all keys begin with, for two installations on one server. Default {@code flags}. */
        public Builder prefix(String keyPrefix) {
            prefix = keyPrefix;
            return this;
        }

        /** The ACL user; counts before the URL's. Default: Redis' default user. */
        public Builder user(String aclUser) {
            user = aclUser;
            return this;
        }

        /** Asked for the password at each new connection, on the thread that connects; counts before the URL's. */
        public Builder password(Supplier<String> source) {
            password = source;
            return this;
        }

        /**
         * Asked for user and password at each new connection, on the thread that connects, for credentials that change: what it
         * answers is never kept. What it throws is told as the store being unavailable.
         */
        public Builder credentials(Supplier<RedisCredentials> source) {
            callback = Optional.of(RedisLogin.asking(source));
            return this;
        }

        /**
         * As {@link #credentials}, for logging in at the sentinels, which are never given the servers' login. Default: the environment
         * variables {@code FLAGS_REDIS_SENTINEL_USER} and {@code FLAGS_REDIS_SENTINEL_PASSWORD}; without them, no login there.
         */
        public Builder sentinelCredentials(Supplier<RedisCredentials> source) {
            sentinelCallback = Optional.of(RedisLogin.asking(source));
            return this;
        }

        /**
         * The authorities to trust, in a PKCS12 or JKS file. Default: those that the JVM trusts. The file is read again at each new
         * connection.
         *
         * @throws FlagsException when the file cannot be read
         */
        public Builder trustStore(Path file, Supplier<char[]> storePassword) {
            tls = tls.trusting(new RedisTls.Store(file, storePassword));
            return this;
        }

        /** As {@link #trustStore}, in a PEM file with one certificate or several. */
        public Builder certificateAuthorities(Path pemFile) {
            tls = tls.trusting(pemFile);
            return this;
        }

        /**
         * The client's own certificate and key, in a PKCS12 or JKS file, for a server that asks for one. Default: none.
         *
         * @throws FlagsException when the file cannot be read
         */
        public Builder keyStore(Path file, Supplier<char[]> storePassword) {
            tls = tls.as(new RedisTls.Store(file, storePassword));
            return this;
        }

        /** Whether the server's certificate must be of the host that was connected to. Default true. */
        public Builder verifyHostName(boolean verify) {
            tls = tls.verifyingHostName(verify);
            return this;
        }

        /** How long a connection may take to be made, for each address that the host's name has. Default 2 s. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        /**
         * How long a command may stay without an answer. A follower's blocking read has its block time and this. Default 2 s.
         */
        public Builder commandTimeout(Duration timeout) {
            commandTimeout = timeout;
            return this;
        }

        /** How long a command may wait for a connection while all of the pool are in use. Default 2 s. */
        public Builder poolTimeout(Duration timeout) {
            poolTimeout = timeout;
            return this;
        }

        /** How many connections commands use at once, at most. A follower has one of its own beside them. Default 8. */
        public Builder poolSize(int connections) {
            poolSize = connections;
            return this;
        }

        /** The connections' name in {@code CLIENT LIST}. Default {@code flags}. */
        public Builder clientName(String name) {
            clientName = name;
            return this;
        }

        /**
         * Makes the store; connects when it is first used.
         *
         * @throws FlagsException when a setting makes no sense
         */
        public RedisFlagStore open() {
            return new RedisFlagStore(storage());
        }

        /** In place of the process' own environment variables. */
        Builder variables(Map<String, String> environmentVariables) {
            variables = environmentVariables;
            return this;
        }

        RedisStorage storage() {
            return new RedisStorage(new MasterConnections(settings()), new RedisKeys(prefix, environment));
        }

        RedisSettings settings() {
            return new RedisSettings(
                    url,
                    environment,
                    callback.or(() -> RedisLogin.of(url, user, password, variables)),
                    sentinelCallback.or(() -> RedisLogin.ofSentinels(variables)),
                    tls,
                    connectTimeout,
                    commandTimeout,
                    poolTimeout,
                    poolSize,
                    clientName);
        }
    }
}
