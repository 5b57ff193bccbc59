package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections borrowed from the application's own {@link DataSource}, one for each use, and given back as they were. Safe for
 * use by multiple threads as far as the data source is.
 */
final class DataSourceConnections implements Connections {
    private final DataSource dataSource;
    private volatile @Nullable Dialect dialect;
    private volatile String location = "the application's DataSource";
    private volatile boolean closed;

    DataSourceConnections(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public String kind() {
        return "jdbc";
    }

    @Override
    public <T> T read(Work<T> work) {
        return use(work);
    }

    @Override
    public <T> T write(Work<T> work) {
        return use(work);
    }

    /** The data source stays the application's. */
    @Override
    public void close() {
        closed = true;
    }

    private <T> T use(Work<T> work) {
        if (closed) {
            throw new StoreUnavailableException("The store on " + location + " is closed");
        }
        Connection connection;
        try {
            connection = dataSource.getConnection();
        } catch (SQLException e) {
            throw new StoreUnavailableException("No connection to " + location + ": " + e.getMessage(), e);
        }
        try (connection) {
            boolean autoCommit = connection.getAutoCommit();
            if (!autoCommit) {
                connection.setAutoCommit(true);
            }
            T result = work.on(connection, checked(connection));
            if (!autoCommit) {
                connection.setAutoCommit(false);
            }
            return result;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private Dialect checked(Connection connection) throws SQLException {
        Dialect known = dialect;
        if (known == null) {
            location = withoutSecrets(connection.getMetaData());
            known = Dialect.of(connection);
            SchemaVersion.check(connection, location);
            dialect = known;
        }
        return known;
    }

    private FlagsException failure(SQLException e) {
        Dialect known = dialect;
        return known == null
                ? new StoreUnavailableException("The database does not answer: " + location + ": " + e.getMessage(), e)
                : known.failure(location, e);
    }

    /** Drivers take passwords as URL options, and as user information before a host. */
    private static String withoutSecrets(DatabaseMetaData metaData) throws SQLException {
        String url = metaData.getURL();
        return url == null
                ? metaData.getDatabaseProductName()
                : url.replaceAll("[?;].*$", "").replaceAll("//[^/]*@", "//");
    }
}
