package dev.flags.jdbc;

import com.google.common.collect.ImmutableSet;
import dev.flags.FlagsException;
import dev.flags.store.NotPermittedException;
import dev.flags.store.OutcomeUnknownException;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What differs between databases, as data. All other SQL of this module is the common ground of SQLite, PostgreSQL and
 * MySQL/MariaDB; a new database is a new constant here and a folder of scripts.
 *
 * <p>Transactions are begun and ended by statements on a connection in auto-commit mode, because JDBC has no word for
 * "begin, and take the write lock now".
 */
enum Dialect {
    SQLITE(
            "SQLite",
            "sqlite",
            "BEGIN DEFERRED",
            "BEGIN IMMEDIATE",
            "",
            "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)",
            // Result codes, https://www.sqlite.org/rescode.html: PERM, READONLY, AUTH
            ImmutableSet.of(3, 8, 23),
            // ERROR (no such table or column), INTERNAL, CORRUPT, SCHEMA, CONSTRAINT, MISMATCH, FORMAT, NOTADB
            ImmutableSet.of(1, 2, 11, 17, 19, 20, 24, 26),
            // The engine runs in this process: these say for certain that a COMMIT did not happen. BUSY, LOCKED,
            // READONLY, FULL
            ImmutableSet.of(5, 6, 8, 13));

    private final String product;
    private final String folder;
    private final String beginRead;
    private final String beginWrite;
    private final String rowLock;
    private final String nowMillis;
    private final ImmutableSet<Integer> notPermitted;
    private final ImmutableSet<Integer> damaged;
    private final ImmutableSet<Integer> notCommitted;

    Dialect(
            String product,
            String folder,
            String beginRead,
            String beginWrite,
            String rowLock,
            String nowMillis,
            ImmutableSet<Integer> notPermitted,
            ImmutableSet<Integer> damaged,
            ImmutableSet<Integer> notCommitted) {
        this.product = product;
        this.folder = folder;
        this.beginRead = beginRead;
        this.beginWrite = beginWrite;
        this.rowLock = rowLock;
        this.nowMillis = nowMillis;
        this.notPermitted = notPermitted;
        this.damaged = damaged;
        this.notCommitted = notCommitted;
    }

    /** The dialect of a connection's database. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return Arrays.stream(values())
                .filter(dialect -> dialect.product.equalsIgnoreCase(product))
                .findFirst()
                .orElseThrow(() -> new FlagsException("flags cannot be kept in " + product + "; it can be in "
                        + Arrays.stream(values())
                                .map(dialect -> dialect.product)
                                .collect(Collectors.joining(", "))));
    }

    /** Where its migration scripts lie on the class path. */
    String migrations() {
        return "dev/flags/jdbc/migration/" + folder;
    }

    /** Begins a transaction that sees one state throughout. */
    String beginRead() {
        return beginRead;
    }

    /** Begins a transaction that will write. */
    String beginWrite() {
        return beginWrite;
    }

    /** Put behind the reading of the environment's row in a writing transaction, to lock it. */
    String rowLock() {
        return rowLock;
    }

    /** The expression for the database's clock at this moment, not at the transaction's beginning; epoch milliseconds. */
    String nowMillis() {
        return nowMillis;
    }

    /** What a failure of the database means to a caller, before anything was committed. */
    FlagsException failure(String location, SQLException e) {
        int code = e.getErrorCode() & 0xff;
        String cause = location + ": " + e.getMessage();
        if (notPermitted.contains(code)) {
            return new NotPermittedException("No permission to do this to " + cause, e);
        }
        if (damaged.contains(code)) {
            return new StoreDamagedException("Not a usable flags store: " + cause, e);
        }
        return new StoreUnavailableException("The store does not answer: " + cause, e);
    }

    /** What a failure of a COMMIT means. */
    FlagsException commitFailure(String location, SQLException e) {
        return notCommitted.contains(e.getErrorCode() & 0xff)
                ? failure(location, e)
                : new OutcomeUnknownException(
                        "The commit may or may not have been written to " + location + ": " + e.getMessage(), e);
    }
}
