package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreMissingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Makes and upgrades the tables of a store, by the Flyway scripts in this jar. Their history is the table {@code
 * flags_schema_history}, so they never meet the application's own migrations. Flyway is loaded here and nowhere else. Safe for
 * use by multiple threads and processes.
 */
public final class JdbcMigrations {
    /** Other processes that migrate the same file, each of which waits for the disk a few times. */
    private static final Duration BUSY_TIMEOUT = Duration.ofMinutes(1);

    /** Longer than in daily work: nobody is kept from anything meanwhile. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** A script may take its time on tables that are full. */
    private static final Duration SCRIPT_TIMEOUT = Duration.ofMinutes(10);

    private JdbcMigrations() {}

    /**
     * Applies what is pending; makes an SQLite file that is not there.
     *
     * @param url {@code jdbc:sqlite:PATH}, or of a PostgreSQL, MySQL or MariaDB server as its driver takes it
     * @return the names of the scripts that were applied, in order; empty when there was nothing to do
     * @throws FlagsException the subtypes that {@link dev.flags.store.Storage} names
     */
    public static List<String> migrate(String url) {
        return migrate(url, Optional.empty(), Optional.empty());
    }

    /**
     * As {@link #migrate(String)}, with a login that may make tables.
     *
     * @param user empty: as the URL says
     * @param password asked for at each connection; empty: as the URL says
     */
    public static List<String> migrate(String url, Optional<String> user, Optional<Supplier<String>> password) {
        return ServerAddress.isOne(url)
                ? FlywayScripts.on(server(url, user, password)).migrate()
                : migrate(new SqliteFile(JdbcFlagStore.sqlitePath(url), BUSY_TIMEOUT));
    }

    /** As {@link #migrate(String)}, on a database that is there. */
    public static List<String> migrate(DataSource dataSource) {
        return FlywayScripts.on(dataSource).migrate();
    }

    /**
     * The names of the scripts that {@link #migrate(String)} would apply, in order. Changes nothing, and makes no file.
     *
     * @param url as for {@link #migrate(String)}
     */
    public static List<String> pending(String url) {
        return pending(url, Optional.empty(), Optional.empty());
    }

    /** As {@link #pending(String)}, with a login as for {@link #migrate(String, Optional, Optional)}. */
    public static List<String> pending(String url, Optional<String> user, Optional<Supplier<String>> password) {
        if (ServerAddress.isOne(url)) {
            return FlywayScripts.on(server(url, user, password)).pending();
        }
        SqliteFile file = new SqliteFile(JdbcFlagStore.sqlitePath(url), BUSY_TIMEOUT);
        return Files.exists(file.path())
                ? FlywayScripts.on(file).pending()
                : FlywayScripts.onNothing().pending();
    }

    /** As {@link #pending(String)}. */
    public static List<String> pending(DataSource dataSource) {
        return FlywayScripts.on(dataSource).pending();
    }

    /**
     * The SQL of one script, as plain text that any tool can run. Connects to nothing.
     *
     * @param url an address of the kind of database that it is for; only how it begins is looked at: {@code jdbc:postgresql:}
     * @param name as {@link #pending(String)} gives it: {@code V1__flags.sql}
     * @throws FlagsException when there is no such script
     */
    public static String script(String url, String name) {
        String resource = "/" + Dialect.ofUrl(url).migrations() + "/" + name;
        try (InputStream script = JdbcMigrations.class.getResourceAsStream(resource)) {
            if (script == null || name.contains("/")) {
                throw new FlagsException("There is no script " + name + " for " + CheckedDatabase.withoutSecrets(url));
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new FlagsException("Could not read " + resource + ": " + e, e);
        }
    }

    private static ServerAddress server(String url, Optional<String> user, Optional<Supplier<String>> password) {
        return new ServerAddress(url, user, password, CONNECT_TIMEOUT, SCRIPT_TIMEOUT);
    }

    static List<String> migrate(SqliteFile file) {
        return Files.exists(file.path()) ? migrateInPlace(file) : make(file);
    }

    private static List<String> migrateInPlace(SqliteFile file) {
        file.identity();
        useWal(file);
        try {
            return FlywayScripts.on(file).migrate();
        } catch (FlagsException e) {
            if (isCurrent(file)) {
                // Another process migrated at the same moment; SQLite let one of the two through.
                return List.of();
            }
            throw e;
        }
    }

    /**
     * Makes the store under a name of its own and links it into place, so that nobody ever meets half a store, and of two
     * processes that make it at once one wins and the other finds it.
     */
    private static List<String> make(SqliteFile file) {
        Path path = file.path();
        Path directory = path.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new StoreMissingException("The directory of " + path + " does not exist. Make it, then try again");
        }
        Path orphan = path.resolveSibling(path.getFileName() + "-wal");
        if (Files.exists(orphan)) {
            throw new StoreDamagedException(
                    orphan + " was left by a database that is gone, perhaps while a program was using it."
                            + " SQLite would mix the two: put " + path.getFileName() + " back, or remove "
                            + orphan.getFileName() + " and "
                            + path.getFileName() + "-shm");
        }
        SqliteFile made = new SqliteFile(
                path.resolveSibling(path.getFileName() + "." + UUID.randomUUID() + ".new"), file.busyTimeout());
        try {
            close(made, made.openOrMake());
            useWal(made);
            List<String> applied = FlywayScripts.on(made).migrate();
            linkIntoPlace(made.path(), path);
            return applied;
        } catch (FileAlreadyExistsException e) {
            return List.of();
        } catch (IOException e) {
            throw new FlagsException("Could not make " + path + ": " + e, e);
        } finally {
            Stream.of("", "-wal", "-shm", "-journal")
                    .map(suffix -> made.path().resolveSibling(made.path().getFileName() + suffix))
                    .forEach(JdbcMigrations::deleteQuietly);
        }
    }

    private static void linkIntoPlace(Path made, Path path) throws IOException {
        try {
            Files.createLink(path, made);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without hard links: not quite atomic, but still never over an existing file.
            Files.move(made, path);
        }
    }

    /** The mode is kept in the file, so opening it later need not write. */
    private static void useWal(SqliteFile file) {
        Connection connection = file.open();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
        } catch (SQLException e) {
            throw file.failure(e);
        } finally {
            close(file, connection);
        }
    }

    private static boolean isCurrent(SqliteFile file) {
        Connection connection = file.open();
        try {
            return SchemaVersion.read(connection, Dialect.SQLITE).orElse(0) == SchemaVersion.SUPPORTED;
        } catch (SQLException e) {
            throw file.failure(e);
        } finally {
            close(file, connection);
        }
    }

    private static void close(SqliteFile file, Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw file.failure(e);
        }
    }

    private static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // A file of a random name stays behind; nothing will ever read it.
            return;
        }
    }
}
