package dev.flags.redis;

import dev.flags.store.Feed;
import dev.flags.store.Head;
import dev.flags.store.StoreUnavailableException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.StreamEntry;

/**
 * Follows the log by a read that blocks until there is something behind the known revision: push and catching up in one. All its
 * reads go over one connection, so the entries that end a wait need no other round trip. Threading as {@link Feed} says.
 */
final class RedisFeed implements Feed {
    /** More than these at once come with the next wait, which does not wait then. */
    private static final int MOST_AT_ONCE = 200;

    private final RedisConnections connections;
    private final RedisKeys keys;

    // guarded by this for closing; otherwise the follower's thread's
    private @Nullable Connection connection;
    private @Nullable RedisReading reading;
    private boolean closed;

    RedisFeed(RedisConnections connections, RedisKeys keys) {
        this.connections = connections;
        this.keys = keys;
    }

    @Override
    public Head head() {
        return read(RedisReading::head);
    }

    @Override
    public StoredState load() {
        return read(RedisReading::load);
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        return read(open -> open.log().after(revision, limit));
    }

    @Override
    public Awaited await(Head known, Duration atMost) {
        return read(open -> {
            List<StreamEntry> entries = blockingRead(open, known.revision(), atMost);
            return entries.isEmpty() ? open.standingTo(known) : new Awaited.Entries(RedisLog.entries(entries));
        });
    }

    private List<StreamEntry> blockingRead(RedisReading open, long revision, Duration atMost) {
        // zero would block for ever
        int block = (int) Math.max(1, Math.min(atMost.toMillis(), Integer.MAX_VALUE / 2));
        Connection line = open.connection();
        CommandObject<List<Map.Entry<String, List<StreamEntry>>>> command = open.commands()
                .xread(
                        XReadParams.xReadParams().count(MOST_AT_ONCE).block(block),
                        Map.of(keys.log(), new StreamEntryID(revision, 0)));
        int ordinary = (int) connections.socketTimeout().toMillis();
        line.setSoTimeout(block + ordinary);
        try {
            // not through executeCommand, which would take the time-out off: a server that hangs would never be noticed
            line.sendCommand(command.getArguments());
            List<Map.Entry<String, List<StreamEntry>>> streams =
                    command.getBuilder().build(line.getOne());
            return streams == null || streams.isEmpty()
                    ? List.of()
                    : streams.get(0).getValue();
        } finally {
            if (!line.isBroken()) {
                line.setSoTimeout(ordinary);
            }
        }
    }

    private <T> T read(Function<RedisReading, T> work) {
        try {
            RedisReading open = open();
            try {
                return work.apply(open);
            } catch (JedisException e) {
                throw RedisCalls.explained(e, open);
            }
        } catch (JedisException e) {
            if (RedisFailures.isMoved(e)) {
                connections.masterMoved();
            }
            disconnect();
            throw RedisFailures.translate(e, connections);
        }
    }

    private RedisReading open() {
        synchronized (this) {
            if (closed) {
                throw new StoreUnavailableException("this follower of " + connections.location() + " is closed");
            }
            if (reading != null) {
                return reading;
            }
        }
        // not under the lock: close() must not wait for a server that does not answer
        Connection made = connections.dedicated();
        synchronized (this) {
            if (!closed) {
                connection = made;
                reading = new RedisReading(made, keys, connections.location());
                return reading;
            }
        }
        made.close();
        throw new StoreUnavailableException("this follower of " + connections.location() + " is closed");
    }

    private synchronized void disconnect() {
        Connection line = connection;
        connection = null;
        reading = null;
        if (line != null) {
            try {
                // an orderly farewell would wait for a server that does not answer
                line.forceDisconnect();
            } catch (IOException e) {
                throw new StoreUnavailableException(
                        "the connection to " + connections.location() + " did not close", e);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        disconnect();
    }
}
