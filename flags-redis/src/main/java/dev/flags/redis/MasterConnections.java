package dev.flags.redis;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connections to the master of one environment's keys, wherever it is.
 *
 * <p>Whether Sentinel or a Cluster, all keys of an environment are on one master. So there is one pool, to that server, and the only
 * difference between the topologies is who is asked for its address ({@link Masters}). It is asked at the first use and whenever something has
 * failed since; nothing watches in the background. Jedis' own clients for Sentinel and Cluster start a thread and a subscription for each
 * sentinel, connect in their constructors, and send a command again that may have been carried out; docs/decisions says more. Safe for use by
 * multiple threads.
 */
final class MasterConnections implements RedisConnections {
    private final RedisSettings settings;
    private final Servers servers;
    private final Masters masters;
    /** Held while the master is looked for, so that many threads ask once. */
    private final ReentrantLock looking = new ReentrantLock();

    private volatile @Nullable MasterPool pool;
    private volatile boolean closed;

    MasterConnections(RedisSettings settings) {
        this.settings = settings;
        this.servers = new Servers(settings);
        this.masters = servers.masters();
    }

    @Override
    public Connection borrow() {
        MasterPool found = pool();
        try {
            return found.getResource();
        } catch (JedisConnectionException e) {
            found.distrust();
            if (!masters.canMove()) {
                throw e;
            }
            MasterPool again = pool();
            if (again == found) {
                throw e;
            }
            return again.getResource();
        }
    }

    @Override
    public Connection dedicated() {
        refuseWhenClosed();
        return connect(masters.find());
    }

    @Override
    public List<Connection> borrowAll() {
        if (kind() != RedisUrl.Kind.CLUSTER) {
            return List.of(borrow());
        }
        refuseWhenClosed();
        List<Connection> connections = new ArrayList<>();
        try {
            for (HostAndPort master : masters.findAll()) {
                connections.add(servers.connect(master));
            }
            return List.copyOf(connections);
        } catch (JedisException e) {
            connections.forEach(Connection::close);
            throw e;
        }
    }

    @Override
    public void masterMoved() {
        MasterPool found = pool;
        if (found != null) {
            found.distrust();
        }
    }

    @Override
    public Duration socketTimeout() {
        return settings.commandTimeout();
    }

    @Override
    public String location() {
        return settings.url().location();
    }

    @Override
    public RedisUrl.Kind kind() {
        return settings.url().kind();
    }

    @Override
    public Optional<String> user() {
        return settings.login();
    }

    @Override
    public void close() {
        closed = true;
        looking.lock();
        try {
            MasterPool found = pool;
            if (found != null) {
                found.close();
            }
        } finally {
            looking.unlock();
        }
    }

    /** The pool to the present master; looks for the master where that is not known or in doubt. */
    private MasterPool pool() {
        refuseWhenClosed();
        MasterPool found = pool;
        if (found != null && !(found.isSuspect() && masters.canMove())) {
            return found;
        }
        try {
            if (!looking.tryLock(settings.poolWait().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new JedisConnectionException("others have been looking for the master for longer than "
                        + settings.poolWait().toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisConnectionException("interrupted while waiting for the master to be found", e);
        }
        try {
            refuseWhenClosed();
            MasterPool meanwhile = pool;
            if (meanwhile != null && meanwhile != found && !meanwhile.isSuspect()) {
                return meanwhile;
            }
            return poolTo(masters.find(), meanwhile);
        } finally {
            looking.unlock();
        }
    }

    private MasterPool poolTo(HostAndPort master, @Nullable MasterPool before) {
        if (before != null && before.server().equals(master)) {
            before.trust();
            return before;
        }
        MasterPool made = new MasterPool(master, () -> connect(master), settings);
        pool = made;
        if (before != null) {
            // those in use are closed when they come back
            before.close();
        }
        return made;
    }

    private Connection connect(HostAndPort server) {
        Connection connection = servers.connect(server);
        try {
            masters.verify(connection);
            return connection;
        } catch (RuntimeException e) {
            connection.disconnect();
            throw e;
        }
    }

    /** Whether reads that failed so may go better on a connection that is made now. */
    static boolean isWorthRepeating(JedisException failure) {
        if (failure instanceof JedisDataException answer) {
            return ServerConnection.isUselessAfter(answer);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return false;
            }
        }
        return failure instanceof JedisConnectionException;
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new JedisException(location() + " was closed by this process");
        }
    }
}
