package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.StorageFlagStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * A store in a relational database: an SQLite file that processes of one machine share, or a database behind the
 * application's own {@link DataSource}.
 *
 * <p>Making one does no I/O and so never fails because of the store's state: a store that is missing, locked or damaged is
 * told by each operation, and to whoever follows. The exception is {@link Builder#createIfMissing()}, which makes the file at
 * once. By default no file is ever made. Safe for use by multiple threads.
 */
public final class JdbcFlagStore extends StorageFlagStore {

    private JdbcFlagStore(JdbcStorage storage) {
        super(storage);
    }

    /** The store in an SQLite file, which must be there by the time it is used. */
    public static JdbcFlagStore sqlite(Path file, String environment) {
        return new Builder(file, environment).open();
    }

    /**
     * The store behind a data source, which stays the application's to close. Its tables are made by {@link
     * JdbcMigrations#migrate(DataSource)}.
     */
    public static JdbcFlagStore of(DataSource dataSource, String environment) {
        return new Builder(dataSource, environment).open();
    }

    /**
     * The store at a URL.
     *
     * @param url {@code jdbc:sqlite:PATH}; a relative path starts at the working directory
     * @throws FlagsException when the URL is not understood
     */
    public static JdbcFlagStore open(String url, String environment) {
        return builder(url, environment).open();
    }

    /** As {@link #open(String, String)}, with more to say. */
    public static Builder builder(String url, String environment) {
        return new Builder(sqlitePath(url), environment);
    }

    /** As {@link #sqlite(Path, String)}, with more to say. */
    public static Builder builder(Path sqliteFile, String environment) {
        return new Builder(sqliteFile, environment);
    }

    /** As {@link #of(DataSource, String)}, with more to say. */
    public static Builder builder(DataSource dataSource, String environment) {
        return new Builder(dataSource, environment);
    }

    static Path sqlitePath(String url) {
        if (!url.startsWith(SqliteFile.PREFIX)) {
            throw new FlagsException("Not an address that flags-jdbc opens: "
                    + url.replaceAll("[?;].*$", "").replaceAll("//[^/]*@", "//")
                    + ". It opens jdbc:sqlite:PATH; for other databases hand in a DataSource");
        }
        return SqliteFile.pathOf(url);
    }

    /** Settings of a store. Not thread-safe; confine it to one thread. */
    public static final class Builder {
        private final String environment;
        private final Function<Builder, Connections> connections;
        private Duration pollInterval = Duration.ofSeconds(1);
        private Duration busyTimeout = Duration.ofSeconds(5);
        private boolean create;

        private Builder(Path file, String environment) {
            this(environment, builder -> builder.sqlite(file));
        }

        private Builder(DataSource dataSource, String environment) {
            this(environment, builder -> new DataSourceConnections(dataSource));
        }

        private Builder(String environment, Function<Builder, Connections> connections) {
            if (environment.isBlank()) {
                throw new FlagsException("An environment needs a name");
            }
            this.environment = environment;
            this.connections = connections;
        }

        /**
         * Makes the SQLite file when there is none, at once, with its tables. A file that is there is left as it is, except one
         * with nothing in it. No effect on a data source. Off by default.
         */
        public Builder createIfMissing() {
            create = true;
            return this;
        }

        /** How often a follower looks for something new, at most. Default 1 s. */
        public Builder pollInterval(Duration interval) {
            pollInterval = positive("poll interval", interval);
            return this;
        }

        /** How long to wait for another process that holds the lock on an SQLite file. Default 5 s. */
        public Builder busyTimeout(Duration timeout) {
            busyTimeout = positive("busy timeout", timeout);
            return this;
        }

        public JdbcFlagStore open() {
            return new JdbcFlagStore(new JdbcStorage(connections.apply(this), environment, pollInterval));
        }

        private Connections sqlite(Path path) {
            SqliteFile file = new SqliteFile(path, busyTimeout);
            if (create && isNothing(file)) {
                JdbcMigrations.migrate(file);
            }
            return new SqliteConnections(file);
        }

        /** An empty file is an empty database to SQLite; its size can be asked for without opening it. */
        private static boolean isNothing(SqliteFile file) {
            return !Files.exists(file.path()) || file.isEmpty();
        }

        private static Duration positive(String what, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new FlagsException("The " + what + " must be positive, and not " + duration);
            }
            return duration;
        }
    }
}
