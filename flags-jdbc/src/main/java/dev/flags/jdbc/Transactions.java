package dev.flags.jdbc;

import dev.flags.FlagsException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Begins and ends transactions by statements, on connections in auto-commit mode. */
final class Transactions {
    private Transactions() {}

    static void begin(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static void commit(Connection connection, Dialect dialect, Connections connections) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMIT");
        } catch (SQLException e) {
            throw connections.commitFailure(e, dialect);
        }
    }

    /** Ends a transaction that wrote nothing to keep; the database may have ended it by itself already. */
    static void rollBack(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            // A connection in an unknown state is used by nobody again, and its end is its transaction's.
            Taken.cut(connection);
            connection.close();
        }
    }

    /** Runs work that sees one state throughout. */
    static <T> T reading(Connections connections, Connections.Work<T> work) throws FlagsException {
        return connections.read((connection, dialect) -> {
            begin(connection, dialect.beginRead());
            try {
                return work.on(connection, dialect);
            } finally {
                rollBack(connection);
            }
        });
    }
}
