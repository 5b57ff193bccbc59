package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flags.servers.PostgresServer;
import dev.flags.store.Feed;
import dev.flags.store.Head;
import dev.flags.store.NotPermittedException;
import dev.flags.store.Storage.Attempted;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real standby of PostgreSQL, which takes no LISTEN and no writes. */
@Timeout(120)
class StandbyTest {
    private static final String ENVIRONMENT = "production";
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aStandbyIsReadAndFollowedByPollsAndRefusesCommitsUntilItIsPromoted() throws Exception {
        try (PostgresServer primary = PostgresServer.start()) {
            TestDatabase made = database(primary);
            JdbcMigrations.migrate(made.url(), made.login(), made.secret());
            try (PostgresServer standby = primary.standby();
                    JdbcStorage writer = database(primary).storage(ENVIRONMENT);
                    JdbcStorage reader = database(standby).storage(ENVIRONMENT)) {
                assertThat(writer.attempt(Appends.touching("a"))).isInstanceOf(Attempted.Done.class);
                await().atMost(SOON).until(() -> reader.head().revision() == 1);
                try (Feed feed = reader.feed()) {
                    Head known = feed.head();
                    assertThat(feed.await(known, Duration.ofMillis(50))).isEqualTo(new Feed.Awaited.Unchanged());
                    writer.attempt(Appends.touching("b"));
                    await().atMost(SOON)
                            .until(() -> feed.await(known, Duration.ofSeconds(1)) instanceof Feed.Awaited.Moved);
                    assertThat(feed.entriesAfter(known.revision(), 10)).hasSize(1);
                    assertThat(feed.load().flags()).hasSize(2);
                }
                Head last = writer.head();
                assertThatThrownBy(() -> reader.attempt(Appends.touching("a")))
                        .isInstanceOf(NotPermittedException.class)
                        .hasMessageContaining("read-only (a standby")
                        .hasMessageContaining("Write to the primary");
                assertThat(reader.head()).isEqualTo(last);

                primary.kill();
                standby.promote();

                assertThat(reader.attempt(Appends.touching("a"))).isInstanceOf(Attempted.Done.class);
                assertThat(reader.head().revision()).isEqualTo(3);
            }
        }
    }

    private static TestDatabase database(PostgresServer server) {
        return new TestDatabase(server.jdbcUrl("postgres"), server.superuser(), server.superuserPassword());
    }
}
