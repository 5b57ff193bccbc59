package dev.flags.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Connections of the application's own {@link DataSource}, which stays its to close. Safe for use by multiple threads as far as it is.
 *
 * @param location where it leads, for messages; without secrets
 * @param kind the layer's name
 */
record BorrowedConnections(DataSource dataSource, String location, String kind) implements ConnectionSource {

    BorrowedConnections(DataSource dataSource) {
        this(dataSource, "the application's DataSource", "jdbc");
    }

    @Override
    public Connection take() throws SQLException {
        return dataSource.getConnection();
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        connection.close();
    }

    @Override
    public void close() {
        // the application's
    }
}
