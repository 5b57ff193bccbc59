package dev.flags.jdbc;

import dev.flags.FlagsException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Where connections come from. A connection handed to work is in auto-commit mode, on a schema that was checked, and is
 * nobody else's meanwhile. Work may be run once more, on another connection, when the first one turns out to be dead. Safe for
 * use by multiple threads.
 */
interface Connections extends AutoCloseable {

    /** Where the database is; without secrets. */
    String location();

    /** A short name for the layer. */
    String kind();

    /** As whom the server knows this; empty where it knows nobody. */
    Optional<String> login();

    /** Runs work that reads. Failures become this library's exceptions. */
    <T> T read(Work<T> work);

    /** Runs work that writes. Failures become this library's exceptions. */
    <T> T write(Work<T> work);

    /** The same database for one follower, which reads over one connection of its own until it closes this. */
    Connections following();

    /** What a failure inside work means, for those who cannot pass it on. */
    FlagsException failure(SQLException e, Dialect dialect);

    /** What a failure of a COMMIT means. */
    FlagsException commitFailure(SQLException e, Dialect dialect);

    @Override
    void close();

    /** Something done with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection, Dialect dialect) throws SQLException, FlagsException;
    }
}
