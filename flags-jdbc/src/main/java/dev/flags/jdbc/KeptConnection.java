package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.StoreUnavailableException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection, taken at the first use and kept until {@link #close()}; made anew after a failure at the next use. Used by one
 * thread; any thread may close it.
 */
final class KeptConnection implements Connections {
    /** Longer than any one use that does not wait for the server, and nobody wants to wait longer for a close. */
    private static final long CLOSE_PATIENCE_MILLIS = 500;

    private final Connections shared;
    private final Supplier<Taken> take;
    private final Supplier<Taken> takeAlive;
    private final Consumer<Taken> giveBack;
    private final CheckedDatabase database;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closed;
    private volatile @Nullable Taken kept;
    private @Nullable Dialect dialect;

    KeptConnection(
            Connections shared,
            Supplier<Taken> take,
            Supplier<Taken> takeAlive,
            Consumer<Taken> giveBack,
            CheckedDatabase database) {
        this.shared = shared;
        this.take = take;
        this.takeAlive = takeAlive;
        this.giveBack = giveBack;
        this.database = database;
    }

    @Override
    public String location() {
        return shared.location();
    }

    @Override
    public String kind() {
        return shared.kind();
    }

    @Override
    public Optional<String> login() {
        return shared.login();
    }

    @Override
    public <T> T read(Work<T> work) {
        lock.lock();
        try {
            boolean again = false;
            while (true) {
                Taken taken = current(again);
                try {
                    Dialect known = database.check(taken.connection()).dialect();
                    dialect = known;
                    return work.on(taken.connection(), known);
                } catch (SQLException e) {
                    discard(taken.suspect());
                    // It may have died with its server, which may be there again.
                    if (again || closed || !database.isLost(e)) {
                        throw database.failure(e);
                    }
                    again = true;
                } catch (FlagsException e) {
                    if (isClosed(taken)) {
                        discard(taken.suspect());
                    }
                    throw e;
                }
            }
        } finally {
            Taken left = kept;
            if (closed && left != null) {
                discard(left);
            }
            lock.unlock();
        }
    }

    @Override
    public <T> T write(Work<T> work) {
        return shared.write(work);
    }

    @Override
    public Connections following() {
        return shared.following();
    }

    @Override
    public FlagsException failure(SQLException e, Dialect of) {
        return shared.failure(e, of);
    }

    @Override
    public FlagsException commitFailure(SQLException e, Dialect of) {
        return shared.commitFailure(e, of);
    }

    @Override
    public void close() {
        closed = true;
        boolean idle = false;
        try {
            idle = lock.tryLock(CLOSE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            Taken taken = kept;
            if (taken == null) {
                return;
            }
            if (idle) {
                tidy(taken);
                discard(taken);
            } else {
                // The thread that uses it waits for a server that hangs; this ends the wait, and that thread gives it
                // back.
                Taken.cut(taken.connection());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (idle) {
                lock.unlock();
            }
        }
    }

    /** @param alive whether a new one is to be tried before it is used */
    private Taken current(boolean alive) {
        if (closed) {
            throw new StoreUnavailableException("The following of " + location() + " has ended");
        }
        Taken taken = kept;
        if (taken == null) {
            taken = alive ? takeAlive.get() : take.get();
            kept = taken;
        }
        return taken;
    }

    private void discard(Taken taken) {
        kept = null;
        giveBack.accept(taken);
    }

    private static boolean isClosed(Taken taken) {
        try {
            return taken.connection().isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    private void tidy(Taken taken) {
        Dialect known = dialect;
        if (known == null || known.tidy().isEmpty() || isClosed(taken)) {
            return;
        }
        try (Statement statement = taken.connection().createStatement()) {
            statement.execute(known.tidy());
        } catch (SQLException e) {
            Taken.cut(taken.connection());
        }
    }
}
