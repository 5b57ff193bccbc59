package dev.flags.redis;

import dev.flags.FlagsException;
import dev.flags.store.StorageFlagStore;

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
     * @param url {@code redis://[USER@]HOST[:PORT]}
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

    /** Settings of a store. Not thread-safe; confine it to one thread. */
    public static final class Builder {
        private final String url;
        private final String environment;
        private String prefix = RedisKeys.DEFAULT_PREFIX;

        private Builder(String url, String environment) {
            this.url = url;
            this.environment = environment;
        }

        /** What all keys begin with, for two installations on one server. Default {@code flags}. */
        public Builder prefix(String keyPrefix) {
            prefix = keyPrefix;
            return this;
        }

        /** Makes the store; connects when it is first used. */
        public RedisFlagStore open() {
            return new RedisFlagStore(storage());
        }

        RedisStorage storage() {
            RedisKeys keys = new RedisKeys(prefix, environment);
            return new RedisStorage(new StandaloneConnections(url), keys);
        }
    }
}
