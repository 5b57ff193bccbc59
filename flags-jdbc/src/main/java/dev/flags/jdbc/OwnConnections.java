package dev.flags.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are opened when needed. Two are kept for a few seconds, for the next statement of the same piece of work; more
 * would be a pool, which an application has already. Safe for use by multiple threads.
 */
final class OwnConnections implements ConnectionSource {
    private static final int MOST_IDLE = 2;

    /** Short: a connection that nothing was sent over for long may be dead without anybody having said so. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(5);

    private final ServerAddress address;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private boolean closed;

    OwnConnections(ServerAddress address) {
        this.address = address;
    }

    private record Idle(Connection connection, long sinceNanos) {
        boolean isOld() {
            return System.nanoTime() - sinceNanos > LONGEST_IDLE.toNanos();
        }
    }

    @Override
    public String location() {
        return address.location();
    }

    @Override
    public String kind() {
        return address.kind();
    }

    @Override
    public Connection take() throws SQLException {
        Connection kept = takeIdle();
        return kept == null ? address.open() : kept;
    }

    private @Nullable Connection takeIdle() {
        while (true) {
            Idle newest;
            synchronized (idle) {
                newest = idle.pollFirst();
            }
            if (newest == null) {
                return null;
            }
            if (!newest.isOld()) {
                return newest.connection();
            }
            close(newest);
        }
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        synchronized (idle) {
            if (!closed && idle.size() < MOST_IDLE) {
                idle.addFirst(new Idle(connection, System.nanoTime()));
                return;
            }
        }
        connection.close();
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
        }
        for (Idle left = poll(); left != null; left = poll()) {
            close(left);
        }
    }

    private static void close(Idle left) {
        try {
            left.connection().close();
        } catch (SQLException e) {
            Taken.cut(left.connection());
        }
    }

    private @Nullable Idle poll() {
        synchronized (idle) {
            return idle.pollFirst();
        }
    }
}
