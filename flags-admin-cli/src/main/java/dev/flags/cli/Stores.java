package dev.flags.cli;

import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.jdbc.JdbcMigrations;
import dev.flags.store.FlagStore;
import dev.flags.store.InMemoryFlagStore;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreMissingException;
import dev.flags.store.StoreUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** From a store's URL to the store. */
final class Stores {
    static final String SQLITE = "jdbc:sqlite:";
    private static final String FILE = "file:";
    private static final List<String> LATER = List.of(
            "redis:",
            "rediss:",
            "redis-sentinel:",
            "redis-cluster:",
            "jdbc:postgresql:",
            "jdbc:mysql:",
            "jdbc:mariadb:");

    private Stores() {}

    /**
     * The store that the settings name.
     *
     * @param make whether to make a store where there is none
     */
    static FlagStore open(Session session, boolean make) {
        return open(session, session.settings().environment(), make);
    }

    /** Another environment of the store that the settings name. */
    static FlagStore open(Session session, String environment) {
        return open(session, environment, false);
    }

    /** As {@link #open(Session, boolean)}; where there is no store, an empty one in memory, so that a dry run makes no file. */
    static FlagStore openOrImagine(Session session) {
        Settings settings = session.settings();
        if (settings.store().startsWith(SQLITE) && !Files.exists(sqliteFile(session))) {
            session.shell.say("there is no store at " + sqliteFile(session) + " yet; it would be made");
            return new InMemoryFlagStore(settings.environment());
        }
        return open(session, false);
    }

    private static FlagStore open(Session session, String environment, boolean make) {
        String url = session.settings().store();
        if (url.startsWith(SQLITE)) {
            warnOfUnusedPassword(session);
            Path file = sqliteFile(session);
            JdbcFlagStore.Builder builder = JdbcFlagStore.builder(file, environment);
            if (make) {
                requireDirectory(file);
                builder.createIfMissing();
            } else if (!Files.exists(file)) {
                throw new StoreMissingException("there is no store at " + file
                        + "; 'flags create KEY' or 'flags db migrate' makes one, --store names another");
            }
            return builder.open();
        }
        if (url.startsWith(FILE)) {
            String path = url.substring(FILE.length());
            return new ReadOnlyFile(session.shell.path(path.startsWith("//") ? path.substring(2) : path), environment);
        }
        throw unknown(url);
    }

    private static void requireDirectory(Path file) {
        Path directory = file.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new StoreMissingException("cannot make a store at " + file + ": there is no such directory");
        }
        if (!Files.exists(file) && !Files.isWritable(directory)) {
            throw new NotPermittedException("cannot make a store at " + file + ": the directory cannot be written");
        }
    }

    /** The SQLite file that the settings name, absolute. */
    static Path sqliteFile(Session session) {
        String url = session.settings().store();
        if (!url.startsWith(SQLITE)) {
            throw LATER.stream().anyMatch(url::startsWith)
                    ? unknown(url)
                    : new UsageException(Secrets.mask(url) + " is not a database");
        }
        String name = url.substring(SQLITE.length());
        if (name.isEmpty() || name.startsWith(":") || name.startsWith("file:") || name.indexOf('?') >= 0) {
            throw new UsageException(
                    Secrets.mask(url) + " does not name an SQLite file; write jdbc:sqlite:PATH, without options");
        }
        return session.shell.path(name);
    }

    /** The names of the store's environments; a flag file is of whichever is asked for. */
    static List<String> environments(Session session) {
        try (FlagStore store = open(session, false)) {
            store.head(); // tells a store that is missing, damaged or locked apart from one without environments
            if (store instanceof ReadOnlyFile) {
                return List.of(store.environment());
            }
        }
        List<String> names = new ArrayList<>();
        Path file = sqliteFile(session);
        try (Connection connection = DriverManager.getConnection(SQLITE + file);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT environment FROM flags_environment ORDER BY environment")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new StoreUnavailableException("cannot read the environments of " + file + ": " + e.getMessage(), e);
        }
        return names;
    }

    /** The scripts that {@code db migrate} would apply; all of them where there is no store yet. */
    static List<String> pendingMigrations(Session session) {
        return JdbcMigrations.pending(SQLITE + sqliteFile(session));
    }

    /** Applies them, and answers which; makes the store where there is none. */
    static List<String> migrate(Session session) {
        Path file = sqliteFile(session);
        requireDirectory(file);
        return JdbcMigrations.migrate(SQLITE + file);
    }

    private static UsageException unknown(String url) {
        for (String prefix : LATER) {
            if (url.startsWith(prefix)) {
                return new UsageException("stores of the kind " + prefix
                        + " are not in this build; it has jdbc:sqlite:FILE and file:FLAGS.yaml");
            }
        }
        return new UsageException(
                "'" + Secrets.mask(url) + "' is not a store URL; write jdbc:sqlite:FILE or file:FLAGS.yaml");
    }

    private static void warnOfUnusedPassword(Session session) {
        if (session.options.passwordFromStandardInput || session.options.passwordFile != null) {
            Credentials.password(session.options, session.settings(), session.shell);
            session.shell.say("note: an SQLite file takes no password; the one given is not used");
        }
    }
}
