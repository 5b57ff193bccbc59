package dev.flags.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections of the application's own {@link DataSource}, which stays its to close. Safe for use by multiple threads as far as it is. */
record BorrowedConnections(DataSource dataSource) implements ConnectionSource {
    @Override
    public String location() {
        return "the application's DataSource";
    }

    @Override
    public String kind() {
        return "jdbc";
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
