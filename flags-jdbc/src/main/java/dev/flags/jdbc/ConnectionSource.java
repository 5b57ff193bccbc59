package dev.flags.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Hands out connections and takes them back. Safe for use by multiple threads. */
interface ConnectionSource extends AutoCloseable {

    /** Where it leads, as far as that is known before there was a connection; without secrets. */
    String location();

    /** A short name for the layer. */
    String kind();

    Connection take() throws SQLException;

    /** Takes a connection back, in auto-commit mode and out of a transaction, or closed. */
    void giveBack(Connection connection) throws SQLException;

    @Override
    void close();
}
