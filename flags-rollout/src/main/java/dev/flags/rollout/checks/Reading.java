package dev.flags.rollout.checks;

import dev.flags.secrets.Secrets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look into a database: a connection, a transaction that can only read, and an end to it. A server that hangs after it let us in,
 * or a data source whose driver has no time-out, is cut off by closing the connection under it. Not thread-safe; confine it to one
 * thread.
 */
final class Reading {
    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Database database;
    private final Connection connection;
    private final Dialect dialect;
    private final Duration timeout;
    private volatile @Nullable Statement running;

    private Reading(Database database, Connection connection, Dialect dialect, Duration timeout) {
        this.database = database;
        this.connection = connection;
        this.dialect = dialect;
        this.timeout = timeout;
    }

    /**
     * Asks a database something.
     *
     * @throws NotAnsweredException when it cannot be reached, refuses or takes too long
     */
    static <T> T of(Database database, Duration timeout, Question<T> question) throws NotAnsweredException {
        try (Connection connection = database.connections().open(timeout)) {
            ScheduledFuture<?> cutOff = Deadlines.after(timeout.plus(GRACE), () -> connection.abort(Runnable::run));
            try {
                return within(database, connection, timeout, question);
            } finally {
                cutOff.cancel(false);
            }
        } catch (SQLException e) {
            throw failure(database, database.connections().place(), e);
        }
    }

    private static <T> T within(Database database, Connection connection, Duration timeout, Question<T> question)
            throws SQLException, NotAnsweredException {
        Dialect dialect = Dialect.of(connection);
        Reading reading = new Reading(database, connection, dialect, timeout);
        boolean autoCommit = connection.getAutoCommit();
        dialect.begin(connection);
        // its driver takes a query's time-out for how long to wait for locks
        ScheduledFuture<?> cancel =
                dialect == Dialect.SQLITE ? Deadlines.after(timeout, reading::cancel) : Deadlines.NONE;
        try {
            return question.ask(reading);
        } catch (SQLException e) {
            throw failure(database, reading.url(), e);
        } finally {
            cancel.cancel(false);
            reading.end(autoCommit);
        }
    }

    private void end(boolean autoCommit) {
        try {
            dialect.end(connection);
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            LOG.debug("{} after a check", database.title(), e); // it is closed next, and there was nothing to commit
        }
    }

    private void cancel() throws SQLException {
        Statement now = running;
        if (now != null) {
            now.cancel();
        }
    }

    Dialect dialect() {
        return dialect;
    }

    /** {@code database orders (jdbc:postgresql://host/orders)}, and what else is known of where. */
    String place(String more) {
        String url = url();
        String inside = url.isEmpty() || more.isEmpty() ? url + more : url + ", " + more;
        return database.title() + (inside.isEmpty() ? "" : " (" + inside + ")");
    }

    private String url() {
        try {
            String known = database.connections().place();
            return known.isEmpty() ? DatabaseUrl.place(connection.getMetaData().getURL()) : known;
        } catch (SQLException e) {
            return "";
        }
    }

    /** The first rows of a query, each its columns. */
    List<List<@Nullable Object>> rows(int most, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            running = statement;
            statement.setQueryTimeout(DatabaseUrl.seconds(timeout));
            statement.setMaxRows(most);
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            if (!statement.execute()) {
                return List.of();
            }
            return read(statement, most);
        } finally {
            running = null;
        }
    }

    private static List<List<@Nullable Object>> read(PreparedStatement statement, int most) throws SQLException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (ResultSet result = statement.getResultSet()) {
            int columns = result.getMetaData().getColumnCount();
            while (rows.size() < most && result.next()) {
                List<@Nullable Object> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getObject(column));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static NotAnsweredException failure(Database database, String place, SQLException e) {
        String where = database.title() + (place.isEmpty() ? "" : " (" + place + ")");
        boolean noDriver = String.valueOf(e.getMessage()).contains("No suitable driver");
        return new NotAnsweredException(
                where + (noDriver ? ": there is no driver for it on the class path" : ": " + reason(e)), e);
    }

    /** The drivers say that it failed; why, their causes say. */
    private static String reason(SQLException e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = Plain.line(e.getMessage() == null ? e.toString() : e.getMessage());
        String why = Plain.line(root.getMessage() == null ? root.toString() : root.getMessage());
        return Secrets.mask(message.contains(why) ? message : message + " (" + why + ")");
    }

    /** What is asked. */
    interface Question<T> {
        T ask(Reading reading) throws SQLException, NotAnsweredException;
    }

    /** One thread that ends what takes too long. */
    private static final class Deadlines {
        private static final ScheduledThreadPoolExecutor THREAD = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "flags-check-deadlines");
            thread.setDaemon(true);
            return thread;
        });

        static final ScheduledFuture<?> NONE = THREAD.schedule(() -> {}, 0, TimeUnit.MILLISECONDS);

        static {
            THREAD.setRemoveOnCancelPolicy(true);
        }

        static ScheduledFuture<?> after(Duration delay, Cut cut) {
            return THREAD.schedule(
                    () -> {
                        try {
                            cut.now();
                        } catch (SQLException | RuntimeException | LinkageError e) {
                            LOG.warn("A check that takes too long could not be ended", e);
                        }
                    },
                    delay.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        interface Cut {
            void now() throws SQLException;
        }
    }
}
