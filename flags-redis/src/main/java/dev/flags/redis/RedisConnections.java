package dev.flags.redis;

import java.util.List;
import java.util.function.Function;
import redis.clients.jedis.UnifiedJedis;

/**
 * The way to the server that holds an environment's keys: the only server, the master that the sentinels name, or the master of
 * the environment's slot on a Cluster. Work is handed in as a function and runs on <em>one</em> connection from beginning to end,
 * so that {@code WAIT} and pipelines mean what they say; the client that it is given is valid only during the call.
 *
 * <p>Nothing is connected before the first call. Every wait is bounded. When a connection fails, all idle ones go with it and the
 * master is looked for anew at the next call.
 *
 * <p>Exceptions of Jedis come out translated: {@link dev.flags.store.NotPermittedException} for credentials and permissions, {@link
 * dev.flags.store.StoreUnavailableException} for a server that does not answer or cannot just now (loading, failing over, out of
 * memory, cannot save). {@link redis.clients.jedis.exceptions.JedisDataException} comes out only for what is left: a wrong type, an
 * error of a script. Safe for use by multiple threads.
 */
interface RedisConnections extends AutoCloseable {

    /** Where it is, without user and password: {@code redis://cache:6379/0}. */
    String location();

    /** The ACL user that connections log in as, {@code default} without one. Does not ask the server. */
    String login();

    /**
     * Runs reads on a pooled connection. Repeats them once on a new one when the server had closed the connection (it was
     * restarted, or it is not the master any more), so they may run twice.
     */
    <T> T reading(Function<UnifiedJedis, T> work);

    /**
     * Runs one write on a pooled connection, and whatever belongs to it on the same connection. Not repeated, except when the server
     * answered that it has not executed it (moved, read-only).
     *
     * @throws dev.flags.store.OutcomeUnknownException when the connection was lost after it was handed to the work
     */
    <T> T writing(Function<UnifiedJedis, T> work);

    /** A connection of its own for one follower; connects at its first call. */
    Following following();

    /** Runs reads once on each master: one, or as many as a Cluster has. In no particular order. */
    <T> List<T> onEachMaster(Function<UnifiedJedis, T> work);

    /** Closes every connection, those of followers too, which ends their waits. */
    @Override
    void close();

    /** One connection, kept. Confined to one thread, except for {@link #close()}, which any thread may call. */
    interface Following extends AutoCloseable {

        /**
         * Runs reads, blocking ones too, on the connection; makes it first where there is none. A blocking read may block for {@link
         * RedisSettings#block()} at most. Repeated once as {@link RedisConnections#reading}. After an exception the next call connects anew.
         */
        <T> T call(Function<UnifiedJedis, T> work);

        @Override
        void close();
    }
}
