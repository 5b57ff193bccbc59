package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.StorageFlagStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * A store in a relational database: an SQLite file that processes of one machine share, or PostgreSQL, MySQL or MariaDB behind the
 * application's own {@link DataSource} or at a URL. Each follower keeps one connection.
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
     * @param url {@code jdbc:sqlite:PATH}; a relative path starts at the working directory. Or of a PostgreSQL, MySQL or
     *     MariaDB server, as its driver takes it
     * @throws FlagsException when the URL is not understood
     */
    public static JdbcFlagStore open(String url, String environment) {
        return builder(url, environment).open();
    }

    /** As {@link #open(String, String)}, with more to say. */
    public static Builder builder(String url, String environment) {
        return ServerAddress.isOne(url) ? new Builder(url, environment) : new Builder(sqlitePath(url), environment);
    }

    /** As {@link #sqlite(Path, String)}, with more to say. */
    public static Builder builder(Path sqliteFile, String environment) {
        return new Builder(sqliteFile, environment);
    }

    /** As {@link #of(DataSource, String)}, with more to say. */
    public static Builder builder(DataSource dataSource, String environment) {
        return new Builder(dataSource, environment);
    }

    /**
     * Makes or upgrades the tables; as {@link JdbcMigrations#migrate(DataSource)}.
     *
     * @return the names of the scripts that were applied
     */
    public static List<String> migrate(DataSource dataSource) {
        return JdbcMigrations.migrate(dataSource);
    }

    /** As {@link #migrate(DataSource)}, with {@link JdbcMigrations#migrate(String, Optional, Optional)}. */
    public static List<String> migrate(String url, Optional<String> user, Optional<Supplier<String>> password) {
        return JdbcMigrations.migrate(url, user, password);
    }

    static Path sqlitePath(String url) {
        if (!url.startsWith(SqliteFile.PREFIX)) {
            throw new FlagsException("Not an address that flags-jdbc opens: "
                    + url.replaceAll("[?;].*$", "").replaceAll("//[^/]*@", "//")
                    + ". It opens jdbc:sqlite:PATH, jdbc:postgresql:, jdbc:mysql: and jdbc:mariadb:");
        }
        return SqliteFile.pathOf(url);
    }

    /** Settings of a store. Not thread-safe; confine it to one thread. */
    public static final class Builder {
        private final String environment;
        private final Function<Builder, Connections> connections;
        private Duration pollInterval = Duration.ofSeconds(1);
        private Duration busyTimeout = Duration.ofSeconds(5);
        private Duration connectTimeout = ServerAddress.DEFAULT_TIMEOUT;
        private Duration socketTimeout = ServerAddress.DEFAULT_TIMEOUT;
        private Optional<String> user = Optional.empty();
        private Optional<Supplier<String>> password = Optional.empty();
        private Optional<String> leadsTo = Optional.empty();
        private Optional<Clock> clock = Optional.empty();
        private boolean create;
        private boolean listen = true;

        private Builder(Path file, String environment) {
            this(environment, builder -> builder.sqlite(file));
        }

        private Builder(DataSource dataSource, String environment) {
            this(environment, builder -> builder.server(builder.borrowed(dataSource)));
        }

        private Builder(String serverUrl, String environment) {
            this(environment, builder -> builder.server(new OwnConnections(builder.address(serverUrl))));
        }

        private Builder(String environment, Function<Builder, Connections> connections) {
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

        /** The login at a server that is named by URL. Default: as the URL says. */
        public Builder user(String name) {
            user = Optional.of(name);
            return this;
        }

        /**
         * The password at a server that is named by URL: asked for at each new connection, so it may change meanwhile. Default: as the
         * URL says.
         */
        public Builder password(Supplier<String> supplier) {
            password = Optional.of(supplier);
            return this;
        }

        /** How long making a connection may take, at a server that is named by URL. Default 2 s. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = positive("connect timeout", timeout);
            return this;
        }

        /**
         * How long a server may take to answer one statement; then the connection is given up. Holds for a data source's
         * connections too, while they are used here. No effect on SQLite. Default 2 s.
         */
        public Builder socketTimeout(Duration timeout) {
            socketTimeout = positive("socket timeout", timeout);
            return this;
        }

        /**
         * Whether followers LISTEN on PostgreSQL, to hear of a commit before the next poll. Turn it off behind PgBouncer in transaction
         * mode. Default true; no effect on other databases.
         */
        public Builder listen(boolean wanted) {
            listen = wanted;
            return this;
        }

        /**
         * Where a data source leads, as a JDBC URL: messages name it even while it does not answer, and the layer is called after its
         * database. Default: the layer is {@code jdbc}, and messages name the address once it is known.
         */
        public Builder leadsTo(String url) {
            if (!ServerAddress.isOne(url)) {
                throw new FlagsException(
                        "Not the address of a database server: " + CheckedDatabase.withoutSecrets(url));
            }
            leadsTo = Optional.of(url);
            return this;
        }

        /** How long to wait for another process that holds the lock on an SQLite file. Default 5 s. */
        public Builder busyTimeout(Duration timeout) {
            busyTimeout = positive("busy timeout", timeout);
            return this;
        }

        /**
         * What an SQLite file's store takes for the time, so that a rehearsal need not take as long as what it rehearses; all processes
         * that share the file must be given the same. Other databases have a clock of their own, and refuse this. Default: this machine's clock.
         */
        public Builder clock(Clock time) {
            clock = Optional.of(time);
            return this;
        }

        /**
         * The store.
         *
         * @throws FlagsException when what was asked for is not for this kind of database
         */
        public JdbcFlagStore open() {
            return new JdbcFlagStore(new JdbcStorage(connections.apply(this), environment, pollInterval, listen));
        }

        private Connections server(ConnectionSource source) {
            if (clock.isPresent()) {
                throw new FlagsException(
                        "A database server has a clock of its own: only the store in an SQLite file can be given another");
            }
            return new ServerConnections(source, socketTimeout);
        }

        private BorrowedConnections borrowed(DataSource dataSource) {
            return leadsTo.map(this::address)
                    .map(there -> new BorrowedConnections(dataSource, there.location(), there.kind()))
                    .orElseGet(() -> new BorrowedConnections(dataSource));
        }

        private ServerAddress address(String url) {
            return new ServerAddress(url, user, password, connectTimeout, socketTimeout);
        }

        private Connections sqlite(Path path) {
            SqliteFile file = new SqliteFile(path, busyTimeout, clock);
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
