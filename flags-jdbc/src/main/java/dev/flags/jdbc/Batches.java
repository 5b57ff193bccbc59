package dev.flags.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;

/** One statement for many items, in as few round trips as the driver can. Not thread-safe; confine it to one transaction. */
final class Batches {
    /** Drivers keep a batch in memory, and servers limit the size of what they are sent. */
    private static final int MOST = 1_000;

    private final Connection connection;

    Batches(Connection connection) {
        this.connection = connection;
    }

    <T> void run(String sql, Iterable<T> items, Binder<T> binder) throws SQLException {
        Iterator<T> left = items.iterator();
        if (!left.hasNext()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int waiting = 0;
            while (left.hasNext()) {
                binder.bind(statement, left.next());
                statement.addBatch();
                waiting++;
                if (waiting == MOST || !left.hasNext()) {
                    // What a batch answers is not counted on: drivers that rewrite batches do not know the counts.
                    statement.executeBatch();
                    waiting = 0;
                }
            }
        }
    }

    @FunctionalInterface
    interface Binder<T> {
        void bind(PreparedStatement statement, T item) throws SQLException;
    }
}
