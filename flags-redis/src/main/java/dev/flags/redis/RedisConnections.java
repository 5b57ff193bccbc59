package dev.flags.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Connection;

/**
 * How an environment's server is reached, whatever the topology. All keys of an environment lie in one hash slot, so there is
 * one master for it; on a Cluster it is the one that serves the slot, behind Sentinel the present one.
 *
 * <p>What fails throws Jedis' own exceptions, which {@link RedisFailures} translates in one place. Every wait is finite. Nothing
 * is sent twice: a command whose connection broke may have been carried out. Safe for use by multiple threads; a connection is
 * confined to one.
 */
interface RedisConnections extends AutoCloseable {

    /**
     * A pooled connection to the environment's master, with the socket time-out; closing it gives it back. One that comes back broken takes
     * all idle ones with it, and the master is looked for anew. A reply that says that this server is not the one any more ({@code
     * MOVED}, {@code READONLY}, {@code NOAUTH}) breaks it too.
     */
    Connection borrow();

    /**
     * A new connection to the environment's master, outside the pool, with the socket time-out: connected and authenticated. The
     * caller closes it, and may set another time-out.
     */
    Connection dedicated();

    /** A connection to each master, to look through all keys. One, except on a Cluster. The caller closes each. */
    List<Connection> borrowAll();

    /**
     * A server said that it is not, or no longer, the environment's master ({@code MOVED}, {@code READONLY}): look again before the
     * next connection is given out. Does nothing where there is nothing to look for.
     */
    default void masterMoved() {}

    /** How long a reply is waited for. */
    Duration socketTimeout();

    /** Where it is, for messages; without secrets. */
    String location();

    /** What the address leads to. */
    RedisUrl.Kind kind();

    /** Whom the connections log in as; empty for the default user. */
    Optional<String> user();

    @Override
    void close();
}
