package dev.flags.jdbc;

import com.google.common.collect.ImmutableList;
import dev.flags.FlagsException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What differs between databases, as data. All other SQL of this module is the common ground of SQLite, PostgreSQL and
 * MySQL/MariaDB; a new database is a new constant here and a folder of scripts.
 *
 * <p>Transactions are begun and ended by statements on a connection in auto-commit mode, because JDBC has no word for
 * "begin, and take the write lock now", nor for "begin, and see one state throughout".
 */
enum Dialect {
    SQLITE(
            ImmutableList.of("SQLite"),
            "sqlite",
            ImmutableList.of("BEGIN DEFERRED"),
            ImmutableList.of("BEGIN IMMEDIATE"),
            "",
            "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)",
            "",
            "INSERT OR IGNORE INTO %s",
            "ON CONFLICT (%s) DO UPDATE SET document = excluded.document",
            false,
            "",
            "",
            "",
            Failures.SQLITE),

    // The wait for a lock ends before the connection's own time-out, which would cost the connection.
    POSTGRESQL(
            ImmutableList.of("PostgreSQL"),
            "postgresql",
            ImmutableList.of("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            ImmutableList.of("BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL lock_timeout = 1000"),
            "FOR UPDATE",
            "CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)",
            "current_user",
            "INSERT INTO %s ON CONFLICT DO NOTHING",
            "ON CONFLICT (%s) DO UPDATE SET document = excluded.document",
            false,
            "SELECT pg_notify(?, ?)",
            "UNLISTEN *",
            "",
            Failures.POSTGRESQL),

    MYSQL(
            ImmutableList.of("MySQL", "MariaDB"),
            "mysql",
            ImmutableList.of(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"),
            ImmutableList.of("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "START TRANSACTION"),
            "FOR UPDATE",
            // UTC_TIMESTAMP is of the statement's beginning, which is after the one that waited for the lock. A local
            // time would come twice in the hour that summer time ends with.
            "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000",
            "current_user()",
            "INSERT IGNORE INTO %s",
            // deprecated by MySQL, whose new word for it MariaDB does not have
            "ON DUPLICATE KEY UPDATE document = VALUES(document)",
            true,
            "",
            "",
            "SELECT @@max_allowed_packet",
            Failures.MYSQL);

    private final ImmutableList<String> products;
    private final String folder;
    private final ImmutableList<String> beginRead;
    private final ImmutableList<String> beginWrite;
    private final String rowLock;
    private final String nowMillis;
    private final String login;
    private final String insertNew;
    private final String elseDocument;
    private final boolean membersAreBytes;
    private final String notify;
    private final String tidy;
    private final String packetLimit;
    private final Failures failures;

    Dialect(
            ImmutableList<String> products,
            String folder,
            ImmutableList<String> beginRead,
            ImmutableList<String> beginWrite,
            String rowLock,
            String nowMillis,
            String login,
            String insertNew,
            String elseDocument,
            boolean membersAreBytes,
            String notify,
            String tidy,
            String packetLimit,
            Failures failures) {
        this.products = products;
        this.folder = folder;
        this.beginRead = beginRead;
        this.beginWrite = beginWrite;
        this.rowLock = rowLock;
        this.nowMillis = nowMillis;
        this.login = login;
        this.insertNew = insertNew;
        this.elseDocument = elseDocument;
        this.membersAreBytes = membersAreBytes;
        this.notify = notify;
        this.tidy = tidy;
        this.packetLimit = packetLimit;
        this.failures = failures;
    }

    /** The dialect of a connection's database. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return Arrays.stream(values())
                .filter(dialect -> dialect.products.stream().anyMatch(product::equalsIgnoreCase))
                .findFirst()
                .orElseThrow(() -> new FlagsException("flags cannot be kept in " + product + "; it can be in "
                        + Arrays.stream(values())
                                .flatMap(dialect -> dialect.products.stream())
                                .collect(Collectors.joining(", "))));
    }

    /** The dialect of the database that a URL leads to. */
    static Dialect ofUrl(String url) {
        return Arrays.stream(values())
                .filter(dialect -> dialect.products.stream()
                        .anyMatch(product -> url.toLowerCase(Locale.ROOT)
                                .startsWith("jdbc:" + product.toLowerCase(Locale.ROOT) + ":")))
                .findFirst()
                .orElseThrow(() -> new FlagsException("Not an address of a database that flags can be kept in: "
                        + CheckedDatabase.withoutSecrets(url)));
    }

    /** Where its migration scripts lie on the class path. */
    String migrations() {
        return "dev/flags/jdbc/migration/" + folder;
    }

    /** Begins a transaction that sees one state throughout. */
    ImmutableList<String> beginRead() {
        return beginRead;
    }

    /** Begins a transaction that will write, and that sees what others have committed once it holds a lock. */
    ImmutableList<String> beginWrite() {
        return beginWrite;
    }

    /** Put behind the reading of a row in a writing transaction, to lock it; empty where beginning takes the lock. */
    String rowLock() {
        return rowLock;
    }

    /** The expression for the database's clock at this moment, not at the transaction's beginning; epoch milliseconds. */
    String nowMillis() {
        return nowMillis;
    }

    /** The expression for the login that the server has authenticated; empty where there is none. */
    String login() {
        return login;
    }

    /** An INSERT that leaves a row alone which is there already. */
    String insertNew(String columnsAndValues) {
        return insertNew.replace("%s", columnsAndValues);
    }

    /** Put behind an INSERT, to replace the document of a row that is there already. */
    String elseDocument(String primaryKey) {
        return elseDocument.replace("%s", primaryKey);
    }

    /** Whether the members of large segments are kept as bytes of UTF-8. */
    boolean membersAreBytes() {
        return membersAreBytes;
    }

    /** The statement that tells listeners, with the channel and a text as parameters; empty where there is no such thing. */
    String notifyListeners() {
        return notify;
    }

    /** What a connection is left with when it goes back to where it came from; empty for nothing. */
    String tidy() {
        return tidy;
    }

    /** Asks for the most bytes that a statement may have; empty where a statement may be as large as any document. */
    String packetLimit() {
        return packetLimit;
    }

    Failures failures() {
        return failures;
    }
}
