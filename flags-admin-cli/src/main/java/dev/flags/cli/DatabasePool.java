package dev.flags.cli;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.flags.FlagsException;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreMissingException;
import dev.flags.store.StoreUnavailableException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * A few connections to a database, for one run of a verb. The first is made before the pool, so that a refusal is told at once and
 * as the server said it: the pool itself would go on trying, which locks accounts. Safe for use by multiple threads.
 */
final class DatabasePool {
    private static final int CONNECTIONS = 3;

    /** MySQL and MariaDB: no access to the database, wrong password, user locked. */
    private static final Set<Integer> REFUSED = Set.of(1044, 1045, 1130, 1226, 1698, 3118, 3955, 4151);

    private static final int NO_SUCH_DATABASE = 1049;

    /** What PostgreSQL's driver says when the server wants a password and there is none. */
    private static final String NO_PASSWORD = "08004";

    private final HikariDataSource pool;

    private DatabasePool(HikariDataSource pool) {
        this.pool = pool;
    }

    static DatabasePool open(String url, Optional<String> password, Duration timeout) {
        return open(url, password, timeout, timeout);
    }

    /** @param answerWithin how long a statement may take, where that is longer than anything else may */
    static DatabasePool open(String url, Optional<String> password, Duration timeout, Duration answerWithin) {
        DatabaseAddress address = DatabaseAddress.parse(url);
        DriverConnections drivers =
                new DriverConnections(address.url(), address.properties(password, timeout, answerWithin));
        try {
            drivers.connections.add(drivers.connect());
        } catch (SQLException e) {
            throw failure(address, e);
        }
        HikariConfig config = new HikariConfig();
        config.setPoolName("flags");
        config.setDataSource(drivers);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(timeout.toMillis());
        config.setInitializationFailTimeout(-1);
        return new DatabasePool(new HikariDataSource(config));
    }

    private static FlagsException failure(DatabaseAddress address, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String as = address.user().map(user -> " as " + user).orElse("");
        String said = address.place() + as + ": " + reason(e);
        if (state.startsWith("28") || NO_PASSWORD.equals(state) || REFUSED.contains(e.getErrorCode())) {
            return new NotPermittedException("the login was refused at " + said, e);
        }
        if (state.equals("3D000") || e.getErrorCode() == NO_SUCH_DATABASE) {
            return new StoreMissingException(
                    "there is no such database: " + said + "; make it, then 'flags db migrate' makes the tables", e);
        }
        if (state.equals("08001") && String.valueOf(e.getMessage()).contains("No suitable driver")) {
            return new UsageException("there is no driver for " + address.place()
                    + " on the class path; put its jar into the directory lib of the distribution");
        }
        return new StoreUnavailableException("no connection to " + said, e);
    }

    /** The drivers say that it failed; why, their causes say. */
    private static String reason(SQLException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(e.getMessage());
        if (root instanceof UnknownHostException) {
            return message + " (unknown host " + root.getMessage() + ")";
        }
        String why = String.valueOf(root.getMessage());
        return root instanceof ConnectException || message.contains(why) ? message : message + " (" + why + ")";
    }

    DataSource dataSource() {
        return pool;
    }

    void close() {
        pool.close();
    }
}
