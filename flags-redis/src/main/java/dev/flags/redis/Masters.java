package dev.flags.redis;

import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;

/**
 * Says which server holds an environment's keys at present. Asks over the network, bounded in time, where the answer can change.
 * Exceptions are those of Jedis. Safe for use by multiple threads.
 */
interface Masters {

    /** The environment's master. */
    HostAndPort find();

    /** Every master that there is. */
    List<HostAndPort> findAll();

    /** Whether the answer can change. */
    boolean canMove();

    /** Looks whether a new connection leads to a master; throws where it does not. */
    default void verify(Connection connection) {}

    /** One server that is always the master. */
    static Masters always(HostAndPort server) {
        return new Masters() {
            @Override
            public HostAndPort find() {
                return server;
            }

            @Override
            public List<HostAndPort> findAll() {
                return List.of(server);
            }

            @Override
            public boolean canMove() {
                return false;
            }
        };
    }
}
