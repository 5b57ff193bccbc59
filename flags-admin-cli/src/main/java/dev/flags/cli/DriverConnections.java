package dev.flags.cli;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Connections by {@link DriverManager}; hands out those that are already there first. What a data source must have and nobody here calls
 * stands once more in flags-jdbc: one type for both would be a public one, which is of no use to anybody else.
 */
final class DriverConnections implements DataSource {
    private final String url;
    private final Properties properties;
    final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
    private volatile int loginSeconds;

    DriverConnections(String url, Properties properties) {
        this.url = url;
        this.properties = properties;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection there = connections.poll();
        return there == null ? connect() : there;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        loginSeconds = seconds; // the pool asks for it again when it ends; the drivers' own time-outs hold
    }

    @Override
    public int getLoginTimeout() {
        return loginSeconds;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
