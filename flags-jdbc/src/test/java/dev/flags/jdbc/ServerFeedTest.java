package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.flags.servers.PostgresServer;
import dev.flags.store.Feed;
import dev.flags.store.Head;
import dev.flags.store.StoreUnavailableException;
import dev.flags.store.StoredEntry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Following a server: how a commit is heard of, over how many connections, and what happens when the server does. */
class ServerFeedTest {
    private static final Duration NEVER = Duration.ofHours(1);

    /** Waited for in vain a few times, and time enough for a server that only has little of the processor. */
    private static final Duration HUNG_AFTER = Duration.ofSeconds(5);

    @Test
    void aCommitIsHeardOfWithoutPollingAndBringsItsEntries() throws Exception {
        TestDatabase database = Databases.POSTGRESQL.migrated();
        try (JdbcStorage writer = database.storage("production");
                JdbcStorage reader = database.storage("production", NEVER);
                Feed feed = reader.feed()) {
            Head known = feed.head();
            CompletableFuture<Feed.Awaited> waiting = waiting(feed, known);
            writer.attempt(Appends.touching("a"));

            Feed.Awaited awaited = waiting.get(120, TimeUnit.SECONDS);
            assertThat(awaited)
                    .isInstanceOfSatisfying(
                            Feed.Awaited.Entries.class,
                            news -> assertThat(news.entries())
                                    .extracting(StoredEntry::revision)
                                    .containsExactly(1L));
            CompletableFuture<Feed.Awaited> next = waiting(feed, writer.head());
            writer.attempt(Appends.touching("a"));
            assertThat(next.get(120, TimeUnit.SECONDS)).isInstanceOf(Feed.Awaited.Entries.class);
        }
    }

    @Test
    void aCommitInAnotherEnvironmentIsNotHeardOf() throws Exception {
        TestDatabase database = Databases.POSTGRESQL.migrated();
        try (JdbcStorage writer = database.storage("staging");
                JdbcStorage reader = database.storage("production", NEVER);
                Feed feed = reader.feed()) {
            Head known = feed.head();
            feed.await(known, Duration.ofMillis(1));
            writer.attempt(Appends.touching("a"));

            assertThat(feed.await(known, Duration.ofMillis(300))).isEqualTo(new Feed.Awaited.Unchanged());
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void withoutNotificationsPollingFindsIt(Databases kind) throws Exception {
        TestDatabase database = kind.migrated();
        try (JdbcStorage writer = database.storage("production");
                JdbcStorage reader = new JdbcStorage(
                        new ServerConnections(new OwnConnections(database.address()), TestDatabase.PATIENCE),
                        "production",
                        Duration.ofMillis(20),
                        false);
                Feed feed = reader.feed()) {
            CompletableFuture<Feed.Awaited> waiting = waiting(feed, feed.head());
            writer.attempt(Appends.touching("a"));

            assertThat(waiting.get(120, TimeUnit.SECONDS)).isNotEqualTo(new Feed.Awaited.Unchanged());
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void aFollowerHasOneConnectionForAllItReadsAndGivesItBackAtTheEnd(Databases kind) throws Exception {
        TestDatabase database = kind.migrated();
        AtomicInteger opened = new AtomicInteger();
        OpeningDataSource plain = new OpeningDataSource(() -> {
            opened.incrementAndGet();
            return database.connect();
        });
        try (JdbcStorage storage = new JdbcStorage(
                new ServerConnections(new BorrowedConnections(plain), TestDatabase.PATIENCE),
                "production",
                Duration.ofMillis(5))) {
            storage.attempt(Appends.touching("a"));
            try (Feed feed = storage.feed()) {
                Head known = feed.head();
                int before = opened.get();
                for (int i = 0; i < 20; i++) {
                    assertThat(feed.await(known, Duration.ofMillis(5))).isEqualTo(new Feed.Awaited.Unchanged());
                    feed.load();
                }
                assertThat(opened).as("connections since the first").hasValue(before);
                // a server lists those that were closed a little longer
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> connections(kind, database).matches("\\d+"));
            }
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> connections(kind, database).isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void closingEndsAWait(Databases kind) throws Exception {
        TestDatabase database = kind.migrated();
        try (JdbcStorage storage = database.storage("production", NEVER)) {
            Feed feed = storage.feed();
            CompletableFuture<Feed.Awaited> waiting = waiting(feed, feed.head());

            feed.close();

            assertThat(waiting.handle((awaited, failure) -> "ended").get(120, TimeUnit.SECONDS))
                    .isEqualTo("ended");
            assertThatThrownBy(feed::head).isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void aPooledConnectionComesBackAsItWasLent() throws Exception {
        TestDatabase database = Databases.POSTGRESQL.migrated();
        try (HikariDataSource pool = pool(database, false);
                JdbcStorage storage = new JdbcStorage(
                        new ServerConnections(new BorrowedConnections(pool), TestDatabase.PATIENCE),
                        "production",
                        Duration.ofMillis(10))) {
            storage.attempt(Appends.touching("a"));
            Feed feed = storage.feed();
            feed.await(feed.head(), Duration.ofMillis(50));
            storage.load();
            feed.close();

            await().atMost(Duration.ofMinutes(2))
                    .until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
            for (int i = 0; i < 2; i++) {
                try (Connection connection = pool.getConnection();
                        Statement statement = connection.createStatement()) {
                    assertThat(connection.getAutoCommit()).isFalse();
                    assertThat(connection.getNetworkTimeout()).isZero();
                    try (ResultSet listening = statement.executeQuery("SELECT * FROM pg_listening_channels()")) {
                        assertThat(listening.next()).isFalse();
                    }
                    connection.rollback();
                }
            }
            assertThat(
                            database.select(
                                    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void afterARestartThePoolsDeadConnectionsAreNoOutageOfTheirOwn() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            server.createDatabase("app");
            TestDatabase database =
                    new TestDatabase(server.jdbcUrl("app"), server.superuser(), server.superuserPassword());
            JdbcMigrations.migrate(database.url(), database.login(), database.secret());
            try (HikariDataSource pool = pool(database, true);
                    JdbcStorage storage = new JdbcStorage(
                            new ServerConnections(new BorrowedConnections(pool), HUNG_AFTER),
                            "production",
                            Duration.ofMillis(10));
                    Feed feed = storage.feed()) {
                storage.attempt(Appends.touching("a"));
                Head known = feed.head();
                assertThat(feed.await(known, Duration.ofMillis(50))).isEqualTo(new Feed.Awaited.Unchanged());

                server.kill();
                assertThatThrownBy(storage::head).isInstanceOf(StoreUnavailableException.class);
                assertThatThrownBy(feed::head).isInstanceOf(StoreUnavailableException.class);
                server.restart();
                // the pool itself tries ever more seldom while its server is away, and may wait for longer than it lets
                // others
                await().atMost(Duration.ofMinutes(2))
                        .ignoreExceptionsInstanceOf(SQLException.class)
                        .until(() -> isAnswering(pool));

                // at the first try, each of them
                assertThat(storage.head()).isEqualTo(known);
                assertThat(feed.head()).isEqualTo(known);
                storage.attempt(Appends.touching("a"));

                server.kill();
                server.restart();
                // nobody noticed that it was away
                assertThat(feed.head().revision()).isEqualTo(2);
                storage.attempt(Appends.touching("a"));
                assertThat(storage.load().head().revision()).isEqualTo(3);

                server.pause();
                long begun = System.nanoTime();
                assertThatThrownBy(() -> feed.await(known, Duration.ofMillis(10)))
                        .isInstanceOf(StoreUnavailableException.class);
                assertThatThrownBy(() -> storage.attempt(Appends.touching("a")))
                        .isInstanceOf(StoreUnavailableException.class);
                // bounded, and not by the minute that a hung server would otherwise cost
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(55));
                server.resume();
                assertThat(feed.head().revision()).isEqualTo(3);
                assertThat(storage.head().revision()).isEqualTo(3);
            }
        }
    }

    private static boolean isAnswering(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(1);
        }
    }

    private static CompletableFuture<Feed.Awaited> waiting(Feed feed, Head known) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return feed.await(known, NEVER);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Who is connected to the database, except for the one who asks. */
    private static String connections(Databases kind, TestDatabase database) throws SQLException {
        return database.select(
                kind == Databases.POSTGRESQL
                        ? "SELECT COALESCE(STRING_AGG(CAST(pid AS TEXT), ' '), '') FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        : "SELECT COALESCE(GROUP_CONCAT(id), '') FROM information_schema.processlist"
                                + " WHERE db = DATABASE() AND id <> CONNECTION_ID()");
    }

    private static HikariDataSource pool(TestDatabase database, boolean autoCommit) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(HUNG_AFTER.toMillis());
        config.setAutoCommit(autoCommit);
        return new HikariDataSource(config);
    }
}
