package dev.flags.rollout.controller;

import dev.flags.PacedClock;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.jdbc.JdbcMigrations;
import dev.flags.redis.RedisFlagStore;
import dev.flags.servers.PostgresServer;
import dev.flags.servers.RedisServer;
import dev.flags.servers.TestServer;
import dev.flags.store.FlagStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store that processes share, and that can be taken away from all of them for a while. */
interface Ground extends AutoCloseable {
    /** Everything about a controller is four times as quick, but for windows of outcomes, which are 10 s on any store's clock. */
    ControllerSettings QUICK = new ControllerSettings(
            Duration.ofMillis(500),
            Duration.ofMillis(3_750),
            Duration.ofMillis(1_250),
            Duration.ofMillis(2_500),
            Duration.ofMillis(7_500),
            Duration.ofMillis(7_500),
            Duration.ofMillis(7_500),
            Duration.ofSeconds(30),
            Duration.ofMinutes(30),
            1);

    /** Which stores there are. */
    enum Kind {
        SQLITE,
        REDIS,
        POSTGRES;

        /** @param quick whether controllers go as quickly as the store's clock allows; else as they do in production */
        Ground open(Path directory, boolean quick) {
            return switch (this) {
                case SQLITE -> new Locked(directory.resolve("flags.db"));
                case REDIS -> Served.redis(quick);
                case POSTGRES -> Served.postgres(quick);
            };
        }
    }

    /**
     * Where and how a process works on it.
     *
     * @param pace how many times as fast its clock goes; only SQLite has none of its own
     */
    record Place(String url, Instant begin, int pace, boolean quick) {
        static Place of(List<String> words) {
            return new Place(
                    words.get(0),
                    Instant.parse(words.get(1)),
                    Integer.parseInt(words.get(2)),
                    Boolean.parseBoolean(words.get(3)));
        }

        /** As a controller opens it. */
        FlagStore open() {
            return url.startsWith("redis:")
                    ? RedisFlagStore.open(url, "test")
                    : clocked(JdbcFlagStore.builder(url, "test")).open();
        }

        /** For the test itself, which wants to know what there is, however slow this machine is. */
        FlagStore openWith(Duration patience) {
            return url.startsWith("redis:")
                    ? RedisFlagStore.builder(url, "test")
                            .commandTimeout(patience)
                            .open()
                    : clocked(JdbcFlagStore.builder(url, "test")
                                    .socketTimeout(patience)
                                    .busyTimeout(patience))
                            .open();
        }

        private JdbcFlagStore.Builder clocked(JdbcFlagStore.Builder builder) {
            return pace > 1 ? builder.clock(new PacedClock(begin, pace)) : builder;
        }

        ControllerSettings settings() {
            return (quick ? QUICK : ControllerSettings.DEFAULT).atSpeed(pace);
        }

        /** What the store's clock shows, if it were asked: it is this machine's, or made from it. */
        Instant now() {
            return pace > 1 ? new PacedClock(begin, pace).instant() : Instant.now();
        }
    }

    Place place();

    /** For so long at most, by its clock, controllers still see something after it has gone. */
    default Duration seenFor() {
        return Duration.ZERO;
    }

    default List<String> words() {
        return List.of(
                place().url(),
                place().begin().toString(),
                Integer.toString(place().pace()),
                Boolean.toString(place().quick()));
    }

    /** It stands still: nothing is refused, and nothing answered. */
    void pause();

    /** It goes on after {@link #pause}. */
    void resume();

    /** It dies. */
    void crash();

    /** It is there again after {@link #crash}, with all that was committed. */
    void restart();

    @Override
    void close();

    /** An SQLite file at a faster clock. There is no server that could die: somebody else holds its lock while it is away. */
    final class Locked implements Ground {
        private static final int PACE = 4;

        private final Place place;
        private @Nullable Connection locking;

        Locked(Path file) {
            place = new Place("jdbc:sqlite:" + file, Instant.now(), PACE, false);
            JdbcFlagStore.builder(file, "test")
                    .createIfMissing()
                    .clock(new PacedClock(place.begin(), PACE))
                    .open()
                    .close();
        }

        @Override
        public Place place() {
            return place;
        }

        /** A lock stops who writes, and who cannot prolong the lease sees nothing more. */
        @Override
        public Duration seenFor() {
            return place.settings().giveUp();
        }

        @Override
        public void pause() {
            try {
                locking = DriverManager.getConnection(place.url());
                try (Statement statement = locking.createStatement()) {
                    statement.execute("PRAGMA busy_timeout = 60000");
                    statement.execute("BEGIN IMMEDIATE");
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void resume() {
            close();
        }

        @Override
        public void crash() {
            pause();
        }

        @Override
        public void restart() {
            resume();
        }

        @Override
        public void close() {
            try {
                if (locking != null) {
                    locking.close();
                    locking = null;
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A server that is paused and killed. */
    final class Served implements Ground {
        private final TestServer server;
        private final Place place;

        private Served(TestServer server, String url, boolean quick) {
            this.server = server;
            this.place = new Place(url, Instant.now(), 1, quick);
        }

        /** A Redis that loses nothing when it dies. */
        static Served redis(boolean quick) {
            RedisServer server = RedisServer.binary("--appendonly", "yes", "--appendfsync", "always");
            return new Served(server, server.url(), quick);
        }

        static Served postgres(boolean quick) {
            PostgresServer server = PostgresServer.start();
            server.createDatabase("flags");
            String url =
                    server.jdbcUrl("flags") + "?user=" + server.superuser() + "&password=" + server.superuserPassword();
            JdbcMigrations.migrate(url, Optional.empty(), Optional.empty());
            return new Served(server, url, quick);
        }

        @Override
        public Place place() {
            return place;
        }

        @Override
        public void pause() {
            server.pause();
        }

        @Override
        public void resume() {
            server.resume();
        }

        @Override
        public void crash() {
            server.kill();
        }

        @Override
        public void restart() {
            server.restart();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
