package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreMissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * One SQLite file: its address, how it is opened, and what its failures mean. Immutable.
 *
 * <p>The file is never read except through SQLite: closing any other descriptor of it would drop the locks that SQLite holds
 * in this process (POSIX advisory locks belong to the process, https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
final class SqliteFile {
    static final String PREFIX = "jdbc:sqlite:";

    private final Path path;
    private final Duration busyTimeout;
    private final Optional<Clock> clock;

    SqliteFile(Path path, Duration busyTimeout) {
        this(path, busyTimeout, Optional.empty());
    }

    /** @param clock what the file's connections take for the time; empty: this machine's clock */
    SqliteFile(Path path, Duration busyTimeout, Optional<Clock> clock) {
        this.clock = clock;
        this.path = path.toAbsolutePath().normalize();
        this.busyTimeout = busyTimeout;
        if (this.path.toString().indexOf('?') >= 0) {
            // The driver reads what follows as settings.
            throw new FlagsException("The path of an SQLite file must not contain a question mark: " + this.path);
        }
    }

    /** The file that a URL names. */
    static Path pathOf(String url) {
        String rest = url.substring(PREFIX.length());
        if (rest.isEmpty() || rest.startsWith(":") || rest.startsWith("file:") || rest.indexOf('?') >= 0) {
            throw new FlagsException("Not the address of an SQLite file: " + url
                    + ". Write jdbc:sqlite:PATH, without options; for a store in memory there is InMemoryFlagStore");
        }
        try {
            return Path.of(rest);
        } catch (InvalidPathException e) {
            throw new FlagsException("Not a path: " + url, e);
        }
    }

    Path path() {
        return path;
    }

    String url() {
        return PREFIX + path;
    }

    Duration busyTimeout() {
        return busyTimeout;
    }

    /** Opens the file as it is; never makes one. */
    Connection open() {
        identity();
        return connect(false);
    }

    /** Opens the file, which is made empty when there is none. */
    Connection openOrMake() {
        return connect(true);
    }

    /**
     * What tells this file from another one under the same name: device and inode, where the platform has such. The inode
     * cannot be reused while a connection holds it.
     */
    @Nullable
    Object identity() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new StoreDamagedException(path + " is a directory, not an SQLite file");
            }
            return attributes.fileKey();
        } catch (NoSuchFileException e) {
            throw new StoreMissingException(
                    "There is no flags store at " + path + ". `flags create` makes one, or `flags db migrate`", e);
        } catch (IOException e) {
            throw new NotPermittedException("Cannot look at " + path + ": " + e, e);
        }
    }

    /** Whether there is a file of no bytes: to SQLite an empty database. Asked without opening it. */
    boolean isEmpty() {
        try {
            return Files.isRegularFile(path) && Files.size(path) == 0;
        } catch (IOException e) {
            throw new NotPermittedException("Cannot look at " + path + ": " + e, e);
        }
    }

    /** What a failure of SQLite on this file means. */
    FlagsException failure(SQLException e) {
        int code = e.getErrorCode() & 0xff;
        if (code == CANTOPEN && !mayWriteBeside()) {
            return new NotPermittedException(
                    "May not open " + path
                            + ": this user must be able to write the file and also its directory, where SQLite keeps "
                            + path.getFileName() + "-wal and -shm",
                    e);
        }
        if (code == READONLY) {
            return new NotPermittedException("May not write " + path + ": " + e.getMessage(), e);
        }
        if (code == NOTADB || code == CORRUPT) {
            return new StoreDamagedException(
                    path + (code == NOTADB ? " is not an SQLite file" : " is a damaged SQLite file") + ": "
                            + e.getMessage(),
                    e);
        }
        return Dialect.SQLITE.failures().failure(path.toString(), "", e);
    }

    // Result codes, https://www.sqlite.org/rescode.html
    private static final int READONLY = 8;
    private static final int CORRUPT = 11;
    private static final int CANTOPEN = 14;
    private static final int NOTADB = 26;

    private boolean mayWriteBeside() {
        Path directory = path.getParent();
        return Files.isReadable(path) && directory != null && Files.isWritable(directory);
    }

    private Connection connect(boolean make) {
        SQLiteConfig config = new SQLiteConfig();
        if (!make) {
            config.resetOpenMode(SQLiteOpenMode.CREATE);
        }
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        // In WAL mode NORMAL could lose the last commits in a power cut, and a kill might be among them.
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        try {
            Connection connection = config.createConnection(url());
            if (clock.isPresent()) {
                tellTime(connection, clock.get());
            }
            return connection;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Takes the place of SQLite's own function on this connection, so that every statement goes by the same clock. */
    private static void tellTime(Connection connection, Clock clock) throws SQLException {
        org.sqlite.Function.create(connection, "unixepoch", new org.sqlite.Function() {
            @Override
            protected void xFunc() throws SQLException {
                // half a millisecond more, because seconds become whole milliseconds again by cutting off
                result((clock.millis() + 0.5) / 1_000);
            }
        });
    }
}
