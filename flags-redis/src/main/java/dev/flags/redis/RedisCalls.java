package dev.flags.redis;

import dev.flags.FlagsException;
import dev.flags.store.StoreDamagedException;
import java.util.Optional;
import java.util.function.Function;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Work on a connection of the pool, with its failures translated. Work that finds its connection closed, or the server no longer
 * the master, is done once more on a new connection, so that a server that is back is used at once. Safe for use by multiple
 * threads.
 */
final class RedisCalls {
    private final RedisConnections connections;
    private final RedisKeys keys;

    RedisCalls(RedisConnections connections, RedisKeys keys) {
        this.connections = connections;
        this.keys = keys;
    }

    /**
     * Does it.
     *
     * @param work may be done twice; what it has sent when the connection breaks must be harmless when sent again
     */
    <T> T with(Function<RedisReading, T> work) {
        try {
            return once(work);
        } catch (JedisException e) {
            if (RedisFailures.isMoved(e)) {
                connections.masterMoved();
            } else if (!MasterConnections.isWorthRepeating(e)) {
                throw RedisFailures.translate(e, connections);
            }
        }
        try {
            return once(work);
        } catch (JedisException e) {
            throw RedisFailures.translate(e, connections);
        }
    }

    private <T> T once(Function<RedisReading, T> work) {
        try (Connection connection = connections.borrow()) {
            RedisReading reading = new RedisReading(connection, keys, connections.location());
            try {
                return work.apply(reading);
            } catch (JedisException e) {
                throw explained(e, reading);
            }
        }
    }

    /** A key of another program is named; anything else stays as it is. */
    static RuntimeException explained(JedisException failure, RedisReading reading) {
        if (RedisFailures.isWrongType(failure)) {
            Optional<StoreDamagedException> foreign = reading.foreignKey();
            if (foreign.isPresent()) {
                FlagsException named = foreign.get();
                named.addSuppressed(failure);
                return named;
            }
        }
        return failure;
    }
}
