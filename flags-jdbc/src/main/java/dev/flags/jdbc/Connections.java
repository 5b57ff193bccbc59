package dev.flags.jdbc;

import dev.flags.FlagsException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where connections come from. A connection handed to work is in auto-commit mode, on a schema that was checked, and is
 * nobody else's meanwhile. Safe for use by multiple threads.
 */
interface Connections extends AutoCloseable {

    /** Where the database is; without secrets. */
    String location();

    /** A short name for the layer. */
    String kind();

    /** Runs work that reads. Failures become this library's exceptions. */
    <T> T read(Work<T> work);

    /** Runs work that writes. Failures become this library's exceptions. */
    <T> T write(Work<T> work);

    @Override
    void close();

    /** Something done with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection, Dialect dialect) throws SQLException, FlagsException;
    }
}
