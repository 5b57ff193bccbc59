package dev.flags.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;

/**
 * A connection on loan, and how it was found. Not thread-safe; confine it to one thread.
 *
 * @param autoCommit whether it was in auto-commit mode
 * @param networkTimeoutMillis its network time-out, 0 for none, or negative when it was left as it is
 * @param isSuspect whether something failed on it, so that nobody can tell what state it is in
 */
record Taken(Connection connection, boolean autoCommit, int networkTimeoutMillis, boolean isSuspect) {

    /** Puts it in auto-commit mode, and bounds every wait for the server. */
    static Taken prepare(Connection connection, Duration networkTimeout) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        if (!autoCommit) {
            connection.setAutoCommit(true);
        }
        return new Taken(connection, autoCommit, bound(connection, Math.toIntExact(networkTimeout.toMillis())), false);
    }

    private static int bound(Connection connection, int wanted) throws SQLException {
        try {
            int found = connection.getNetworkTimeout();
            if (found == 0 || found > wanted) {
                connection.setNetworkTimeout(Runnable::run, wanted);
                return found;
            }
        } catch (SQLFeatureNotSupportedException e) {
            // A driver without such a thing: the application's own settings have to do.
            return -1;
        }
        return -1;
    }

    Taken suspect() {
        return new Taken(connection, autoCommit, networkTimeoutMillis, true);
    }

    /**
     * Leaves it as it was found. One that something failed on is cut, because giving it back would give a stranger the rest of a
     * transaction, or an answer to a question that he did not ask.
     */
    void restore() {
        try {
            if (isSuspect) {
                cut(connection);
                return;
            }
            if (connection.isClosed()) {
                return;
            }
            if (networkTimeoutMillis >= 0) {
                connection.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
            }
            if (!autoCommit) {
                connection.setAutoCommit(false);
            }
        } catch (SQLException e) {
            cut(connection);
        }
    }

    /** Ends a connection without asking the server. */
    static void cut(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // What cannot be cut is closed by whoever takes it back.
            return;
        }
    }
}
