package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.StoreUnavailableException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection that reads and follows, and one that writes, each opened when first needed and kept; in WAL mode the two do
 * not wait for each other. A pool would gain nothing: SQLite has one writer at a time in all processes together. Safe for
 * use by multiple threads.
 *
 * <p>SQLite would go on reading and writing a file that was deleted or replaced under it. So each use looks first whether
 * the name still leads to the file that was opened, and opens the new one if not: whoever follows then meets another epoch.
 */
final class SqliteConnections implements Connections {
    /**
     * One for each file that this process writes. Waiters are served in turn, which SQLite's own lock does not do: it lets each
     * look again after growing pauses, and a kill could starve behind a busy writer.
     */
    private static final ConcurrentMap<Path, ReentrantLock> WRITERS = new ConcurrentHashMap<>();

    private final SqliteFile file;
    private final Kept reader = new Kept(new ReentrantLock(true));
    private final Kept writer;
    private volatile boolean closed;

    SqliteConnections(SqliteFile file) {
        this.file = file;
        this.writer = new Kept(WRITERS.computeIfAbsent(file.path(), path -> new ReentrantLock(true)));
    }

    @Override
    public String location() {
        return file.url();
    }

    @Override
    public String kind() {
        return "sqlite";
    }

    @Override
    public <T> T read(Work<T> work) {
        return reader.use(work);
    }

    @Override
    public <T> T write(Work<T> work) {
        return writer.use(work);
    }

    @Override
    public Optional<String> login() {
        return Optional.empty();
    }

    /** One connection reads for all: in one process nobody has to be kept apart, and looking whether the file is still there costs once. */
    @Override
    public Connections following() {
        return new Followed();
    }

    @Override
    public FlagsException failure(SQLException e, Dialect dialect) {
        return file.failure(e);
    }

    @Override
    public FlagsException commitFailure(SQLException e, Dialect dialect) {
        return dialect.failures().commitFailure(file.path().toString(), "", e);
    }

    @Override
    public void close() {
        closed = true;
        reader.close();
        writer.close();
    }

    /** What a follower sees of this; closing it closes nothing. */
    private final class Followed implements Connections {
        @Override
        public String location() {
            return SqliteConnections.this.location();
        }

        @Override
        public String kind() {
            return SqliteConnections.this.kind();
        }

        @Override
        public Optional<String> login() {
            return Optional.empty();
        }

        @Override
        public <T> T read(Work<T> work) {
            return SqliteConnections.this.read(work);
        }

        @Override
        public <T> T write(Work<T> work) {
            return SqliteConnections.this.write(work);
        }

        @Override
        public Connections following() {
            return this;
        }

        @Override
        public FlagsException failure(SQLException e, Dialect dialect) {
            return SqliteConnections.this.failure(e, dialect);
        }

        @Override
        public FlagsException commitFailure(SQLException e, Dialect dialect) {
            return SqliteConnections.this.commitFailure(e, dialect);
        }

        @Override
        public void close() {
            // the store's own
        }
    }

    /** A connection, its file's identity, and the lock of whoever uses it. */
    private final class Kept {
        private final ReentrantLock lock;
        private @Nullable Connection connection;
        private @Nullable Object identity;

        Kept(ReentrantLock lock) {
            this.lock = lock;
        }

        <T> T use(Work<T> work) {
            // As long as another process may hold the file's lock, and as long as our own transactions may wait for it.
            Duration patience = file.busyTimeout().multipliedBy(2);
            try {
                if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new StoreUnavailableException(file.path()
                            + " was in use by another thread of this process for " + patience.toMillis() + " ms");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreUnavailableException("interrupted while waiting for " + file.path(), e);
            }
            try {
                return work.on(current(), Dialect.SQLITE);
            } catch (SQLException e) {
                // Whatever it was, the next use starts on a fresh connection, to a file that may have been repaired.
                discard();
                throw file.failure(e);
            } finally {
                lock.unlock();
            }
        }

        private Connection current() throws SQLException {
            if (closed) {
                throw new StoreUnavailableException("The store on " + file.path() + " is closed");
            }
            Object now;
            try {
                now = file.identity();
            } catch (FlagsException e) {
                discard();
                throw e;
            }
            Connection open = connection;
            if (open != null && Objects.equals(identity, now) && !open.isClosed()) {
                return open;
            }
            discard();
            Connection fresh = file.open();
            try {
                SchemaVersion.check(fresh, Dialect.SQLITE, file.path().toString());
            } catch (SQLException | FlagsException e) {
                fresh.close();
                throw e;
            }
            connection = fresh;
            identity = now;
            return fresh;
        }

        /** Closing does not delete the -wal file of a file that took the old one's name: SQLite looks before. */
        private void discard() {
            Connection open = connection;
            connection = null;
            if (open != null) {
                try {
                    open.close();
                } catch (SQLException e) {
                    // Nothing is lost with it: what was committed is in the file.
                    identity = null;
                }
            }
        }

        void close() {
            lock.lock();
            try {
                discard();
            } finally {
                lock.unlock();
            }
        }
    }
}
