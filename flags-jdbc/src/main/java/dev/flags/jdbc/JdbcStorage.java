package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.jdbc.Reading.EnvironmentRow;
import dev.flags.store.Feed;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The storage primitives on a relational database. A commit takes the write lock before it reads, so an attempt never finds
 * that the head has moved. Safe for use by multiple threads.
 */
final class JdbcStorage implements Storage {
    private final Connections connections;
    private final String environment;
    private final Duration pollInterval;

    private final ReentrantLock waiting = new ReentrantLock();
    private final Condition stirred = waiting.newCondition();
    private long stirs;

    JdbcStorage(Connections connections, String environment, Duration pollInterval) {
        this.connections = connections;
        this.environment = environment;
        this.pollInterval = pollInterval;
    }

    @Override
    public String location() {
        return connections.location();
    }

    @Override
    public String kind() {
        return connections.kind();
    }

    @Override
    public String environment() {
        return environment;
    }

    @Override
    public Head head() {
        return connections.read((connection, dialect) -> reading(connection).head());
    }

    @Override
    public Instant now() {
        return connections.read((connection, dialect) -> reading(connection).now(dialect));
    }

    @Override
    public StoredState load() {
        return reading((reading, dialect) -> {
            Optional<EnvironmentRow> row = reading.environmentRow("");
            List<StoredFlag> flags = reading.flags();
            return new StoredState(
                    environment,
                    row.isPresent() ? row.get().head() : reading.head(),
                    flags,
                    reading.segments(),
                    row.map(EnvironmentRow::settings).orElse(null),
                    row.filter(known -> known.flags() != flags.size())
                            .map(known -> "it holds " + flags.size() + " flags, but " + known.flags()
                                    + " were committed: rows were changed by something other than flags"));
        });
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        return connections
                .read((connection, dialect) ->
                        Optional.ofNullable(reading(connection).flag(key)))
                .orElse(null);
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        return connections.read((connection, dialect) -> reading(connection).entriesAfter(revision, limit));
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        return connections.read((connection, dialect) -> reading(connection).entriesBefore(revision, limit, touching));
    }

    @Override
    public Attempted attempt(Planner planner) {
        boolean written = connections.write((connection, dialect) -> {
            execute(connection, dialect.beginWrite());
            boolean committed = false;
            try {
                Reading reading = reading(connection);
                EnvironmentRow base = base(reading, dialect);
                Instant clock = reading.now(dialect);
                Instant now = clock.isBefore(base.committedAt()) ? base.committedAt() : clock;
                Append append = planner.plan(new LockedView(reading, base, now, e -> dialect.failure(location(), e)));
                if (append == null) {
                    return false;
                }
                new Appending(connection, environment).append(append, base, now);
                commit(connection, dialect);
                committed = true;
                return true;
            } finally {
                if (!committed) {
                    rollBack(connection);
                }
            }
        });
        if (written) {
            stir();
        }
        return new Attempted.Done();
    }

    @Override
    public Feed feed() {
        return new PolledFeed();
    }

    @Override
    public void removeEntries(long through) {
        connections.write((connection, dialect) -> new Appending(connection, environment).removeEntries(through));
    }

    @Override
    public void close() {
        connections.close();
        stir();
    }

    /** The row to build on. One that is not there is made by the commit; entries that outlived their row are continued. */
    private EnvironmentRow base(Reading reading, Dialect dialect) throws SQLException {
        Optional<EnvironmentRow> row = reading.environmentRow(dialect.rowLock());
        if (row.isPresent()) {
            return row.get();
        }
        List<StoredEntry> last = reading.entriesBefore(Long.MAX_VALUE, 1, Optional.empty());
        Head head = last.isEmpty()
                ? reading.head()
                : new Head(reading.epoch(), last.get(0).revision(), last.get(0).hash());
        return new EnvironmentRow(false, head, null, reading.countFlags(), Instant.EPOCH);
    }

    private void commit(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMIT");
        } catch (SQLException e) {
            throw dialect.commitFailure(location(), e);
        }
    }

    private <T> T reading(ReadWork<T> work) {
        return connections.read((connection, dialect) -> {
            execute(connection, dialect.beginRead());
            try {
                return work.on(reading(connection), dialect);
            } finally {
                rollBack(connection);
            }
        });
    }

    private Reading reading(Connection connection) {
        return new Reading(connection, environment);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Ends a transaction that wrote nothing to keep; the database may have ended it by itself already. */
    private static void rollBack(Connection connection) throws SQLException {
        try {
            execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            // A connection in an unknown state is not used again, and closing it ends a transaction too.
            connection.close();
        }
    }

    private void stir() {
        waiting.lock();
        try {
            stirs++;
            stirred.signalAll();
        } finally {
            waiting.unlock();
        }
    }

    /** Waits, unless this process commits or closes meanwhile. */
    private void rest(long nanos) throws InterruptedException {
        waiting.lock();
        try {
            long seen = stirs;
            long left = nanos;
            while (left > 0 && seen == stirs) {
                left = stirred.awaitNanos(left);
            }
        } finally {
            waiting.unlock();
        }
    }

    /** Looks at the head at intervals, and at once when this process commits. */
    private final class PolledFeed implements Feed {
        private volatile boolean ended;

        @Override
        public Head head() {
            return JdbcStorage.this.head();
        }

        @Override
        public StoredState load() {
            return JdbcStorage.this.load();
        }

        @Override
        public List<StoredEntry> entriesAfter(long revision, int limit) {
            return JdbcStorage.this.entriesAfter(revision, limit);
        }

        @Override
        public Awaited await(Head known, Duration atMost) throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            do {
                rest(Math.min(deadline - System.nanoTime(), pollInterval.toNanos()));
                if (!head().equals(known)) {
                    return new Awaited.Moved();
                }
            } while (!ended && System.nanoTime() < deadline);
            return new Awaited.Unchanged();
        }

        @Override
        public void close() {
            ended = true;
            stir();
        }
    }

    @FunctionalInterface
    private interface ReadWork<T> {
        T on(Reading reading, Dialect dialect) throws SQLException, FlagsException;
    }
}
