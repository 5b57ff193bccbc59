package dev.flags.jdbc;

import com.google.common.collect.ImmutableMap;
import dev.flags.FlagsException;
import dev.flags.store.NotPermittedException;
import dev.flags.store.OutcomeUnknownException;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a database's errors mean, as a table: the vendor's code, the SQLSTATE, or the first two characters of the SQLSTATE,
 * looked up in this order. Immutable.
 */
final class Failures {

    /** What an error means. */
    enum Kind {
        /** The login, or what it asked for, is refused. */
        REFUSED,
        /** A standby, a replica, or a database that was made read-only. Nothing is written. */
        READ_ONLY,
        /** A table or a column is not there. */
        NO_SCHEMA,
        /** What is there is not as the scripts made it. */
        DAMAGED,
        /** Others were in the way: a deadlock, a lock that was not got in time. Nothing is written; to be tried again at once. */
        CONTENDED,
        /** Somebody holds the lock of the whole database. Nothing is written. */
        LOCKED,
        /** No room for it. Nothing is written. */
        FULL,
        /** Larger than the server takes. Nothing is written. */
        TOO_BIG,
        /** The server takes no more connections. */
        CROWDED,
        /** A pooler in between gives every transaction another connection, on which this one's prepared statements are not. */
        NOT_PREPARED,
        /** The connection is gone, or the server is about to go. */
        LOST,
        /** Anything else. */
        OTHER
    }

    /** The database said so instead of committing. */
    private static final Set<Kind> NOT_COMMITTED =
            EnumSet.of(Kind.REFUSED, Kind.READ_ONLY, Kind.CONTENDED, Kind.LOCKED, Kind.FULL, Kind.TOO_BIG);

    /** Result codes, https://www.sqlite.org/rescode.html; the engine runs in this process, so nothing is ever lost. */
    static final Failures SQLITE = new Failures(
            0xff,
            table(Kind.REFUSED, "3 23")
                    .putAll(map(Kind.READ_ONLY, "8"))
                    .putAll(map(Kind.NO_SCHEMA, "1"))
                    // INTERNAL, CORRUPT, SCHEMA, CONSTRAINT, MISMATCH, FORMAT, NOTADB
                    .putAll(map(Kind.DAMAGED, "2 11 17 19 20 24 26"))
                    .putAll(map(Kind.LOCKED, "5 6"))
                    .putAll(map(Kind.FULL, "13"))
                    .buildOrThrow());

    /** https://www.postgresql.org/docs/current/errcodes-appendix.html. */
    static final Failures POSTGRESQL = new Failures(
            -1,
            // insufficient_privilege, and all of invalid_authorization_specification
            table(Kind.REFUSED, "42501 28")
                    .putAll(map(Kind.READ_ONLY, "25006"))
                    // undefined table, column, function, schema, database
                    .putAll(map(Kind.NO_SCHEMA, "42P01 42703 42883 3F000 3D000"))
                    // integrity, data, and a type that is not ours
                    .putAll(map(Kind.DAMAGED, "23 22 42804 XX001 XX002"))
                    // serialization_failure, deadlock_detected, lock_not_available
                    .putAll(map(Kind.CONTENDED, "40001 40P01 55P03"))
                    // disk_full, out_of_memory
                    .putAll(map(Kind.FULL, "53100 53200"))
                    // program_limit_exceeded, configured limits: not a matter of trying again
                    .putAll(map(Kind.TOO_BIG, "54"))
                    .putAll(map(Kind.CROWDED, "53300"))
                    // duplicate_prepared_statement, invalid_sql_statement_name
                    .putAll(map(Kind.NOT_PREPARED, "42P05 26000"))
                    // connection exceptions, admin_shutdown, crash_shutdown, cannot_connect_now, idle session ended
                    .putAll(map(Kind.LOST, "08 57P01 57P02 57P03 57P05 25P03"))
                    .buildOrThrow());

    /** https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html, and MariaDB's own above 1900. */
    static final Failures MYSQL = new Failures(
            -1,
            // database, login, table, column, routine, SUPER, account locked, password expired, login without password
            table(Kind.REFUSED, "1044 1045 1142 1143 1370 1227 3118 1820 1862 4151 1698 28")
                    // --read-only, read-only transaction, SUPER read-only and read-only mode
                    .putAll(map(Kind.READ_ONLY, "1290 1792 1836 3100"))
                    // unknown database, table, column, function; no database selected
                    .putAll(map(Kind.NO_SCHEMA, "1049 1146 1051 1054 1305 1046"))
                    // null, duplicate, too long, not a number, no default; crashed tables
                    .putAll(map(Kind.DAMAGED, "1048 1062 1406 1264 1366 1364 1194 1195 1034 1136"))
                    // lock wait timeout, deadlock, rolled back while committing (Galera, group replication)
                    .putAll(map(Kind.CONTENDED, "1205 1213 3101 1020"))
                    .putAll(map(Kind.FULL, "1021 1114 1037 1038 1041"))
                    .putAll(map(Kind.TOO_BIG, "1153 1118"))
                    .putAll(map(Kind.CROWDED, "1040 1203 1226"))
                    // shutdown, killed, gone away, lost, cannot connect
                    .putAll(map(Kind.LOST, "1053 1927 1152 1184 2002 2003 2006 2013 2055 08"))
                    .buildOrThrow());

    /**
     * Before the first connection nobody knows which database it is. What says that a login is refused, or a connection lost, is the
     * same in the standard and in PostgreSQL; the vendor's codes are those of MySQL, since PostgreSQL has none and SQLite no logins.
     */
    static final Failures ANY = new Failures(
            -1,
            ImmutableMap.<String, Kind>builder()
                    .putAll(MYSQL.kinds)
                    .putAll(POSTGRESQL.kinds)
                    .buildKeepingLast());

    private final int codeMask;
    private final ImmutableMap<String, Kind> kinds;

    private Failures(int codeMask, ImmutableMap<String, Kind> kinds) {
        this.codeMask = codeMask;
        this.kinds = kinds;
    }

    private static ImmutableMap.Builder<String, Kind> table(Kind kind, String codes) {
        return ImmutableMap.<String, Kind>builder().putAll(map(kind, codes));
    }

    private static ImmutableMap<String, Kind> map(Kind kind, String codes) {
        return Arrays.stream(codes.split(" ")).collect(ImmutableMap.toImmutableMap(code -> code, code -> kind));
    }

    Kind kind(SQLException e) {
        return Stream.<SQLException>iterate(e, one -> one != null, Failures::inside)
                .map(this::kindOfOne)
                .filter(kind -> kind != Kind.OTHER)
                .findFirst()
                .orElse(Kind.OTHER);
    }

    private Kind kindOfOne(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        Kind kind = kinds.get(String.valueOf(e.getErrorCode() & codeMask));
        if (kind == null) {
            kind = kinds.get(state);
        }
        if (kind == null && state.length() == 5) {
            kind = kinds.get(state.substring(0, 2));
        }
        if (kind != null) {
            return kind;
        }
        return e instanceof SQLRecoverableException || e instanceof SQLNonTransientConnectionException
                ? Kind.LOST
                : Kind.OTHER;
    }

    /** A batch wraps what went wrong with one statement, a pool what the driver said. */
    private static @Nullable SQLException inside(SQLException e) {
        if (e.getNextException() != null) {
            return e.getNextException();
        }
        return e.getCause() instanceof SQLException cause && cause != e ? cause : null;
    }

    /** Whether the connection is no more, and not for a server that does not answer in time: another one may do. */
    boolean isLost(SQLException e) {
        return kind(e) == Kind.LOST && !isTimeout(e);
    }

    boolean isContended(SQLException e) {
        return kind(e) == Kind.CONTENDED;
    }

    private static boolean isTimeout(Throwable e) {
        return Stream.iterate(e, one -> one != null, Throwable::getCause)
                .limit(20)
                .anyMatch(one -> one instanceof SocketTimeoutException || one instanceof SQLTimeoutException);
    }

    /**
     * What a failure means to a caller, before anything was committed.
     *
     * @param location where the database is
     * @param login as whom it was asked; empty when that is not known
     */
    FlagsException failure(String location, String login, SQLException e) {
        String cause = location + ": " + message(e);
        return switch (kind(e)) {
            case REFUSED ->
                new NotPermittedException(
                        (login.isEmpty() ? "No permission" : "The login " + login + " has no permission")
                                + " to do this to " + cause,
                        e);
            case READ_ONLY ->
                new NotPermittedException(
                        "The database is read-only (a standby, a replica, or made so); nothing was written to " + cause
                                + ". Write to the primary",
                        e);
            case NO_SCHEMA ->
                new StoreDamagedException(
                        "A part of the flags tables is missing in " + cause
                                + ". Check the address; `flags db migrate` makes the tables",
                        e);
            case DAMAGED -> new StoreDamagedException("Not a usable flags store: " + cause, e);
            case CONTENDED, LOCKED ->
                new StoreUnavailableException("The store is locked by others; nothing was written to " + cause, e);
            case FULL ->
                new StoreUnavailableException("The database has no room left; nothing was written to " + cause, e);
            case TOO_BIG ->
                new FlagsException(
                        "The commit is larger than the database takes; nothing was written to " + cause
                                + ". Make it in parts, or raise the limit (MySQL and MariaDB: max_allowed_packet)",
                        e);
            case CROWDED -> new StoreUnavailableException("The database takes no more connections: " + cause, e);
            case NOT_PREPARED ->
                new StoreUnavailableException(
                        "A pooler mixes up the prepared statements of its clients: " + cause
                                + ". Write prepareThreshold=0 in the URL, or have it pool sessions and not transactions",
                        e);
            case LOST, OTHER -> new StoreUnavailableException("The store does not answer: " + cause, e);
        };
    }

    /** What a failure of a COMMIT means. */
    FlagsException commitFailure(String location, String login, SQLException e) {
        return NOT_COMMITTED.contains(kind(e))
                ? failure(location, login, e)
                : new OutcomeUnknownException(
                        "The commit may or may not have been written to " + location + ": " + message(e), e);
    }

    /** All that the database said, on one line; a batch's own message says only which statement it was. */
    static String message(SQLException e) {
        return Stream.<SQLException>iterate(e, one -> one != null, Failures::inside)
                .limit(5)
                .map(one -> String.valueOf(one.getMessage()).strip().replaceAll("\\s*\\R\\s*", " "))
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
