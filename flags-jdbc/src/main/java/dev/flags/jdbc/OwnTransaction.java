package dev.flags.jdbc;

import dev.flags.store.StoreUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Writing work that is a transaction by itself, done again while others are in the way. */
final class OwnTransaction {
    /** How long others may be in the way. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long LONGEST_PAUSE_MILLIS = 40;

    private OwnTransaction() {}

    /** Runs the work and commits, or writes nothing and throws. */
    static <T> T run(Connections connections, Connections.Work<T> work) {
        long begun = System.nanoTime();
        while (true) {
            Optional<T> done = connections.write((connection, dialect) -> {
                try {
                    return Optional.of(once(connections, work, connection, dialect));
                } catch (SQLException e) {
                    boolean again = dialect.failures().isContended(e) && System.nanoTime() - begun < PATIENCE.toNanos();
                    if (again) {
                        return Optional.empty();
                    }
                    throw e;
                }
            });
            if (done.isPresent()) {
                return done.get();
            }
            pause();
        }
    }

    private static <T> T once(
            Connections connections, Connections.Work<T> work, java.sql.Connection connection, Dialect dialect)
            throws SQLException {
        Transactions.begin(connection, dialect.beginWrite());
        boolean committed = false;
        try {
            T result = work.on(connection, dialect);
            Transactions.commit(connection, dialect, connections);
            committed = true;
            return result;
        } finally {
            if (!committed) {
                Transactions.rollBack(connection);
            }
        }
    }

    /** Drawn at random, so that those who got in each other's way do not meet again. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(1, LONGEST_PAUSE_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while others were in the way; nothing was written", e);
        }
    }
}
