package dev.flags.redis;

import dev.flags.FlagsException;
import dev.flags.store.StoreUnavailableException;
import redis.clients.jedis.exceptions.JedisException;

/** What Jedis throws, as what a store throws. */
final class RedisFailures {
    private RedisFailures() {}

    /** A failure of which it is known that nothing was written. */
    static FlagsException reading(JedisException failure, RedisConnections connections) {
        return new StoreUnavailableException(
                connections.location() + " does not answer: " + failure.getMessage(), failure);
    }
}
