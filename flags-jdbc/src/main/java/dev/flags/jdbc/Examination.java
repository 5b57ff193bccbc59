package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.Finding;
import dev.flags.store.Finding.Verdict;
import dev.flags.store.NotPermittedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is to be said about a database that keeps flags. Changes nothing. Not thread-safe; confine it to one thread. */
final class Examination {
    private static final Duration MOST_SKEW = Duration.ofSeconds(30);

    private final Connections connections;
    private final String environment;
    private final List<Finding> findings = new ArrayList<>();

    Examination(Connections connections, String environment) {
        this.connections = connections;
        this.environment = environment;
    }

    List<Finding> findings() {
        connections.read((connection, dialect) -> {
            say("schema", Verdict.OK, "The tables are of generation " + SchemaVersion.SUPPORTED + ".");
            return dialect;
        });
        counts();
        permission();
        connections.read((connection, dialect) -> {
            durability(connection, dialect);
            clock(connection, dialect);
            return dialect;
        });
        return List.copyOf(findings);
    }

    private void counts() {
        Transactions.reading(connections, (connection, dialect) -> {
            Reading reading = new Reading(connection, dialect, environment);
            EnvironmentRow row = reading.environmentRow();
            if (!row.stored() && row.head().revision() > 0) {
                say(
                        "head",
                        Verdict.WARN,
                        "The row of " + environment + " in flags_environment is gone. The log goes on from revision "
                                + row.head().revision() + ", and the next commit writes the row again; whether flags"
                                + " are missing cannot be told.");
            }
            Optional<Counts> committed = row.counts();
            if (committed.isPresent()) {
                Counts there = reading.counts();
                Optional<String> missing = committed.get().missingFrom(there);
                if (missing.isPresent()) {
                    say("rows", Verdict.FAIL, missing.get() + ". `flags restore` puts them back.");
                } else if (!there.equals(committed.get())) {
                    say(
                            "rows",
                            Verdict.WARN,
                            "There are more rows than were committed; something other than flags added some.");
                } else {
                    say("rows", Verdict.OK, "All " + there.flags() + " flags that were committed are there.");
                }
            }
            return row;
        });
    }

    /** A statement that concerns no row is checked for permission all the same. */
    private void permission() {
        String login = connections.login().map(name -> "The login " + name).orElse("This user");
        try {
            connections.write((connection, dialect) -> {
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate("UPDATE flags_environment SET revision = revision WHERE 1 = 0");
                }
                return dialect;
            });
            say("permission", Verdict.OK, login + " may commit changes.");
        } catch (NotPermittedException e) {
            say("permission", Verdict.OK, login + " may read and not commit: " + e.getMessage());
        } catch (FlagsException e) {
            say("permission", Verdict.WARN, "Whether " + login + " may commit could not be seen: " + e.getMessage());
        }
    }

    private void durability(Connection connection, Dialect dialect) throws SQLException {
        switch (dialect) {
            case SQLITE -> sqlite(connection);
            case POSTGRESQL -> {
                setting(
                        connection,
                        "SHOW synchronous_commit",
                        "off",
                        "synchronous_commit is off: a crash of the server can lose the last commits, a kill among them."
                                + " ALTER ROLE … SET synchronous_commit = on for the administrator's login.");
                setting(
                        connection,
                        "SHOW fsync",
                        "off",
                        "fsync is off: a crash of the machine can damage everything. Turn it on.");
            }
            case MYSQL -> {
                mysqlFlush(connection);
            }
        }
    }

    private void setting(Connection connection, String sql, String bad, String text) throws SQLException {
        String found = value(connection, sql);
        String name = sql.substring(sql.indexOf(' ') + 1);
        if (found.equals(bad)) {
            say(name, Verdict.WARN, text);
        } else {
            say(name, Verdict.OK, name + " is " + found + ": what is confirmed is on disk.");
        }
    }

    private void mysqlFlush(Connection connection) throws SQLException {
        String found = value(connection, "SELECT @@innodb_flush_log_at_trx_commit");
        if (found.equals("1")) {
            say("innodb_flush_log_at_trx_commit", Verdict.OK, "It is 1: what is confirmed is on disk.");
        } else {
            say(
                    "innodb_flush_log_at_trx_commit",
                    Verdict.WARN,
                    "It is " + found
                            + ": a crash of the server can lose the last second of commits, a kill among them. Set it to 1.");
        }
    }

    /** The file's mode; the connection's own settings are ours where the file is opened by its path. */
    private void sqlite(Connection connection) throws SQLException {
        String mode = value(connection, "PRAGMA journal_mode");
        // https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL, 3 is EXTRA
        String synchronous = value(connection, "PRAGMA synchronous");
        if (synchronous.equals("2") || synchronous.equals("3")) {
            say("synchronous", Verdict.OK, "synchronous is FULL: what is confirmed is on disk.");
        } else {
            say(
                    "synchronous",
                    Verdict.WARN,
                    "synchronous is " + synchronous
                            + ": a power cut can lose the last commits, a kill among them. Have the DataSource set it to FULL.");
        }
        if (mode.equalsIgnoreCase("wal")) {
            say("journal_mode", Verdict.OK, "WAL: readers and the writer do not wait for each other.");
        } else {
            say(
                    "journal_mode",
                    Verdict.WARN,
                    "journal_mode is " + mode
                            + ": readers and the writer wait for each other. `flags db migrate` sets WAL.");
        }
    }

    private void clock(Connection connection, Dialect dialect) throws SQLException {
        Instant store = new Reading(connection, dialect, environment).now();
        Duration skew = Duration.between(Instant.now(), store).abs();
        if (skew.compareTo(MOST_SKEW) > 0) {
            say(
                    "clock",
                    Verdict.WARN,
                    "The database's clock says " + store + ", " + skew.toSeconds()
                            + " s away from this machine's. Times in the history are the database's.");
        } else {
            say("clock", Verdict.OK, "The database's clock agrees with this machine's.");
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    private void say(String subject, Verdict verdict, String text) {
        findings.add(new Finding(subject, verdict, text));
    }
}
