package dev.flags.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;

/**
 * The pooled connections to one server.
 *
 * <p>Nothing is tested in the background and nothing is asked of the server before a connection is given out; both would only
 * move the moment at which a dead connection shows. Instead one that comes back broken takes all others with it, so that
 * a restarted server fails at most the commands that were under way, and one that has been idle for a minute, which is
 * less than firewalls remember, is replaced. Safe for use by multiple threads.
 */
final class MasterPool extends ConnectionPool {
    private static final Duration MAX_IDLE = Duration.ofSeconds(60);

    private final HostAndPort server;
    private final Generations generations;
    private volatile boolean suspect;

    MasterPool(HostAndPort server, Supplier<Connection> connector, RedisSettings settings) {
        this(server, new Generations(connector), settings);
    }

    private MasterPool(HostAndPort server, Generations generations, RedisSettings settings) {
        super(generations, config(settings));
        this.server = server;
        this.generations = generations;
    }

    private static ConnectionPoolConfig config(RedisSettings settings) {
        ConnectionPoolConfig config = new ConnectionPoolConfig();
        config.setMaxTotal(settings.poolSize());
        config.setMaxIdle(settings.poolSize());
        config.setMinIdle(0);
        config.setMaxWait(settings.poolWait());
        config.setJmxEnabled(false);
        // no evictor, hence no thread
        config.setTestWhileIdle(false);
        config.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
        return config;
    }

    HostAndPort server() {
        return server;
    }

    /** Whether something has failed since the last {@link #trust()}, so that the server may not be the master any more. */
    boolean isSuspect() {
        return suspect;
    }

    void trust() {
        suspect = false;
    }

    void distrust() {
        suspect = true;
    }

    @Override
    public void returnBrokenResource(Connection connection) {
        suspect = true;
        generations.current.incrementAndGet();
        clear();
        super.returnBrokenResource(connection);
    }

    /**
     * Called for each connection that came back broken, to put a new one in its place: by whoever gives it back, who must not wait
     * for a server that has just failed. So it is made only when somebody waits for one.
     */
    @Override
    public void addObject() {
        if (getNumWaiters() == 0) {
            return;
        }
        try {
            super.addObject();
        } catch (Exception e) {
            // whoever waits finds out at the next connection, or at the end of the wait
            suspect = true;
        }
    }

    /** Makes connections, and knows which were made before another one broke. */
    private static final class Generations implements PooledObjectFactory<Connection> {
        private final Supplier<Connection> connector;
        private final AtomicInteger current = new AtomicInteger();

        Generations(Supplier<Connection> connector) {
            this.connector = connector;
        }

        @Override
        public PooledObject<Connection> makeObject() {
            int madeIn = current.get();
            return new Pooled(connector.get(), madeIn);
        }

        /** Called before a connection is given out; an exception makes the pool discard an idle one and go on to the next. */
        @Override
        public void activateObject(PooledObject<Connection> pooled) {
            boolean made = pooled.getBorrowedCount() <= 1;
            boolean before = ((Pooled) pooled).madeIn != current.get();
            if (!made && (before || pooled.getIdleDuration().compareTo(MAX_IDLE) > 0)) {
                throw new IllegalStateException("too old");
            }
        }

        @Override
        public void destroyObject(PooledObject<Connection> pooled) {
            pooled.getObject().disconnect();
        }

        @Override
        public void passivateObject(PooledObject<Connection> pooled) {}

        @Override
        public boolean validateObject(PooledObject<Connection> pooled) {
            return !pooled.getObject().isBroken();
        }
    }

    private static final class Pooled extends DefaultPooledObject<Connection> {
        private final int madeIn;

        Pooled(Connection connection, int madeIn) {
            super(connection);
            this.madeIn = madeIn;
        }
    }
}
