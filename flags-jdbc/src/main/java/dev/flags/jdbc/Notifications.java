package dev.flags.jdbc;

import dev.flags.store.AuditChain;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to one environment's channel over one connection after another. Only PostgreSQL through its own driver has such a thing
 * (https://www.postgresql.org/docs/current/sql-notify.html). Not thread-safe; confine it to one thread.
 */
final class Notifications {
    private static final Logger log = LoggerFactory.getLogger(Notifications.class);

    /** The driver does not notice an interrupt while it waits. */
    private static final long LONGEST_WAIT_MILLIS = 100;

    private final String channel;

    /** The connection that was asked to listen, and whether it does. */
    private @Nullable Connection asked;

    private boolean listens;

    Notifications(String environment) {
        this.channel = channel(environment);
    }

    /** What a wait ended with. */
    enum Answer {
        NOTIFIED,
        QUIET,
        /** Nobody waited: this connection cannot listen. */
        NOT_LISTENING
    }

    /** Of letters and digits only, and never too long for an identifier, whatever the environment is called. */
    static String channel(String environment) {
        return "flags_" + AuditChain.hash(environment).substring(0, 32);
    }

    /** Waits for a notification, at most for the time given and for a tenth of a second. */
    Answer await(Connection connection, Dialect dialect, long nanos) throws SQLException {
        if (dialect.notifyListeners().isEmpty()) {
            return Answer.NOT_LISTENING;
        }
        if (asked != connection) {
            listens = listen(connection);
            asked = connection;
            // What was committed before it listened was not told to it.
            return listens ? Answer.NOTIFIED : Answer.NOT_LISTENING;
        }
        if (!listens) {
            return Answer.NOT_LISTENING;
        }
        int millis = (int) Math.min(LONGEST_WAIT_MILLIS, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        return PostgresDriver.await(connection, millis) ? Answer.NOTIFIED : Answer.QUIET;
    }

    private boolean listen(Connection connection) throws SQLException {
        try {
            if (!PostgresDriver.isDriverOf(connection)) {
                return false;
            }
        } catch (LinkageError e) {
            // Another driver, and this one is not on the class path.
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + channel);
            return true;
        } catch (SQLException e) {
            if (connection.isClosed()) {
                throw e;
            }
            // A standby cannot listen.
            log.debug("following without notifications: {}", e.getMessage());
            return false;
        }
    }

    /** The only class that names the driver, so that it need not be there for other databases. */
    private static final class PostgresDriver {
        private PostgresDriver() {}

        static boolean isDriverOf(Connection connection) throws SQLException {
            return connection.isWrapperFor(PGConnection.class);
        }

        static boolean await(Connection connection, int millis) throws SQLException {
            PGNotification[] arrived = connection.unwrap(PGConnection.class).getNotifications(millis);
            return arrived != null && arrived.length > 0;
        }
    }
}
