package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.servers.Line;
import dev.flags.store.Feed;
import dev.flags.store.Feed.Awaited;
import dev.flags.store.Head;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RedisFeedTest extends OneRedis {
    private static final Duration LONG = Duration.ofMinutes(4);

    @Test
    void allReadsOfAFeedGoOverOneConnectionAndACommitEndsTheWaitWithItsEntry() throws Exception {
        RedisStorage writer = storage();
        writer.attempt(touching("a"));
        RedisStorage followed = named("feed-one");
        Feed feed = closing(followed.feed());
        Head head = feed.load().head();
        assertThat(feed.head()).isEqualTo(head);
        assertThat(feed.entriesAfter(0, 10)).hasSize(1);
        CompletableFuture<Awaited> waiting = waiting(feed, head, LONG);
        blocked("feed-one");
        assertThat(connections("feed-one")).isEqualTo(1);

        writer.attempt(touching("b"));

        assertThat(waiting.get(120, TimeUnit.SECONDS)).isEqualTo(new Awaited.Entries(writer.entriesAfter(1, 10)));
        assertThat(connections("feed-one")).isEqualTo(1);
    }

    @Test
    void closingEndsABlockedReadAtOnceAndTheFeedStaysClosed() throws Exception {
        Feed feed = named("feed-closed").feed();
        CompletableFuture<Awaited> waiting = waiting(feed, feed.head(), LONG);
        blocked("feed-closed");

        feed.close();

        assertThatThrownBy(() -> waiting.get(120, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StoreUnavailableException.class);
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> connections("feed-closed") == 0);
        assertThatThrownBy(feed::head).isInstanceOf(StoreUnavailableException.class);
        feed.close();
    }

    @Test
    void aServerThatHangsIsNoticedAfterTheBlockAndTheSocketsTimeOut() throws Exception {
        storage().attempt(touching("a"));
        try (Line line = Line.to(SERVER)) {
            RedisStorage followed = closing(RedisFlagStore.builder("redis://127.0.0.1:" + line.port(), "production")
                    .commandTimeout(Duration.ofMillis(300))
                    .storage());
            Feed feed = closing(followed.feed());
            Head head = answered(feed);
            line.stall();

            assertThatThrownBy(() -> feed.await(head, Duration.ofMillis(50)))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no answer");

            line.flow();
            assertThat(answered(feed)).isEqualTo(head);
        }
    }

    @Test
    void aFeedWhoseConnectionIsCutMakesAnotherOneAtTheNextCall() throws Exception {
        RedisStorage writer = storage();
        writer.attempt(touching("a"));
        try (Line line = Line.to(SERVER)) {
            Feed feed = closing(closing(RedisFlagStore.builder("redis://127.0.0.1:" + line.port(), "production")
                            .clientName("feed-cut")
                            .storage())
                    .feed());
            Head head = feed.head();
            CompletableFuture<Awaited> waiting = waiting(feed, head, LONG);
            blocked("feed-cut");
            line.reset();
            assertThatThrownBy(() -> waiting.get(120, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(StoreUnavailableException.class);

            writer.attempt(touching("b"));

            assertThat(feed.await(head, LONG)).isInstanceOf(Awaited.Entries.class);
        }
    }

    @Test
    void anEmptiedServerIsNoticedWhenTheBlockEnds() throws Exception {
        RedisStorage writer = storage();
        writer.attempt(touching("a"));
        Feed feed = closing(writer.feed());
        Head head = feed.head();
        SERVER.call("FLUSHALL");

        assertThat(feed.await(head, Duration.ofMillis(20))).isEqualTo(new Awaited.Moved());
        assertThat(feed.head().revision()).isZero();
    }

    @Test
    void moreEntriesThanOneReplyTakesComeWithTheNextWait() throws Exception {
        RedisStorage writer = storage();
        Feed feed = closing(writer.feed());
        Head head = feed.head();
        for (int i = 0; i < 250; i++) {
            writer.attempt(touching("a"));
        }

        int seen = 0;
        Head known = head;
        while (seen < 250) {
            Awaited awaited = feed.await(known, LONG);
            List<dev.flags.store.StoredEntry> entries = ((Awaited.Entries) awaited).entries();
            seen += entries.size();
            known = new Head(
                    head.epoch(),
                    entries.get(entries.size() - 1).revision(),
                    entries.get(entries.size() - 1).hash());
        }
        assertThat(known.revision()).isEqualTo(250);
    }

    /** On a busy machine even a server that is well may take longer than the test's time-out. */
    private static Head answered(Feed feed) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .until(feed::head, head -> true);
    }

    private RedisStorage named(String client) {
        return closing(RedisFlagStore.builder(SERVER.url(), "production")
                .clientName(client)
                .storage());
    }

    private static CompletableFuture<Awaited> waiting(Feed feed, Head known, Duration atMost) {
        CompletableFuture<Awaited> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                ended.complete(feed.await(known, atMost));
            } catch (InterruptedException | RuntimeException e) {
                ended.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    private static long connections(String client) {
        return clients(client).count();
    }

    private static void blocked(String client) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> clients(client).anyMatch(line -> line.contains("cmd=xread")));
    }

    private static java.util.stream.Stream<String> clients(String name) {
        return String.valueOf(SERVER.call("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains(" name=" + name + " "));
    }
}
