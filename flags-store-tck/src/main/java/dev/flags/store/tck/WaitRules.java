package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.FlagsException;
import dev.flags.source.FollowOptions;
import dev.flags.store.Feed;
import dev.flags.store.Feed.Awaited;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoredEntry;
import dev.flags.store.tck.StoreFixture.Push;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a feed is to its follower. */
abstract class WaitRules {
    /** So long that a test which had to wait for it would fail. */
    private static final Duration LONG = Duration.ofMinutes(2);

    private static final Duration SHORT = Duration.ofMillis(50);

    abstract Bench bench();

    private Push push() {
        return bench().fixture().push();
    }

    @Test
    void aWaitEndsWithTheCommitThatItWaitedFor() throws Exception {
        put(bench().store(), flag("a", 10));
        Storage storage = bench().storage();
        try (Feed feed = storage.feed()) {
            Head known = feed.head();
            CompletableFuture<Awaited> waiting = inAnotherThread(() -> awaitNews(feed, known));
            put(bench().store(), flag("a", 20));

            Awaited awaited = waiting.get(120, TimeUnit.SECONDS);

            assertThat(awaited).isNotInstanceOf(Awaited.Unchanged.class);
            if (push() == Push.ENTRIES) {
                assertThat(awaited).isInstanceOf(Awaited.Entries.class);
            }
            if (awaited instanceof Awaited.Entries news) {
                assertThat(news.entries()).isEqualTo(storage.entriesAfter(known.revision(), 10));
            }
        }
    }

    @Test
    void whatWasCommittedBeforeTheWaitEndsItAtOnce() throws Exception {
        put(bench().store(), flag("a", 10));
        try (Feed feed = bench().storage().feed()) {
            Head known = feed.head();
            put(bench().store(), flag("a", 20));
            put(bench().store(), flag("a", 30));

            Awaited awaited = inAnotherThread(() -> awaitNews(feed, known)).get(120, TimeUnit.SECONDS);

            assertThat(awaited).isNotInstanceOf(Awaited.Unchanged.class);
            assertThat(read(feed, known, awaited))
                    .extracting(StoredEntry::revision)
                    .containsExactly(2L, 3L);
        }
    }

    @Test
    void aWaitForNothingEndsAndSaysThatTheHeadIsTheKnownOne() throws Exception {
        put(bench().store(), flag("a", 10));
        try (Feed feed = bench().storage().feed()) {
            Head known = feed.head();

            assertThat(feed.await(known, SHORT)).isEqualTo(new Awaited.Unchanged());
            assertThat(feed.await(known, SHORT)).isEqualTo(new Awaited.Unchanged());
        }
    }

    @Test
    void whoeverWaitsBehindAHeadThatTheStoreDoesNotHaveIsTold() throws Exception {
        put(bench().store(), flag("a", 10));
        put(bench().store(), flag("a", 20));
        try (Feed feed = bench().storage().feed()) {
            Head head = feed.head();
            Head ahead = new Head(head.epoch(), head.revision() + 5, "f".repeat(64));
            Head forked = new Head(head.epoch(), head.revision(), "f".repeat(64));
            Head another = new Head("another", head.revision(), head.hash());

            for (Head lost : List.of(ahead, forked, another)) {
                assertThat(feed.await(lost, SHORT)).isNotInstanceOf(Awaited.Unchanged.class);
            }
        }
    }

    @Test
    void aFeedBeforeTheFirstCommitSeesIt() throws Exception {
        try (Feed feed = bench().storage().feed()) {
            Head known = feed.head();
            assertThat(known.revision()).isZero();
            CompletableFuture<Awaited> waiting = inAnotherThread(() -> awaitNews(feed, known));
            put(bench().store(), flag("a", 10));

            Awaited awaited = waiting.get(120, TimeUnit.SECONDS);

            assertThat(awaited).isNotInstanceOf(Awaited.Unchanged.class);
            assertThat(read(feed, known, awaited)).hasSize(1);
        }
    }

    @Test
    void closingAFeedEndsItsWait() throws Exception {
        Feed feed = bench().storage().feed();
        Head known = feed.head();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> waiting = inAnotherThread(() -> {
            begun.countDown();
            try {
                feed.await(known, LONG);
            } catch (FlagsException e) {
                // a connection that is closed in the middle of a read may say so
            }
            return true;
        });
        assertThat(begun.await(120, TimeUnit.SECONDS)).isTrue();

        feed.close();

        assertThat(waiting.get(120, TimeUnit.SECONDS)).isTrue();
        feed.close();
    }

    @Test
    void aFeedSeesEachCommitOfOthersOnceAndInOrder() throws Exception {
        FlagStore writer = bench().store();
        try (Feed one = bench().storage().feed();
                Feed two = bench().storage().feed()) {
            Head start = one.head();
            int commits = 30;
            CompletableFuture<List<StoredEntry>> ones = inAnotherThread(() -> collect(one, start, commits));
            CompletableFuture<List<StoredEntry>> twos = inAnotherThread(() -> collect(two, start, commits));
            for (int i = 0; i < commits; i++) {
                Bench.raiseByOneBucket(writer, "a");
            }

            List<StoredEntry> log = bench().storage().entriesAfter(0, 2 * commits);
            assertThat(log).hasSize(commits);
            assertThat(ones.get(120, TimeUnit.SECONDS)).isEqualTo(log);
            assertThat(twos.get(120, TimeUnit.SECONDS)).isEqualTo(log);
        }
    }

    @Test
    void whereThereIsPushAFollowerDoesNotWaitForItsPollInterval() {
        Assumptions.assumeTrue(push() != Push.NONE, "this store declares that it is polled");
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        RecordingListener listener = bench().follow(
                        bench().store(),
                        new FollowOptions(Optional.empty(), Duration.ofDays(7), LONG, Clock.systemUTC()));
        listener.awaitRevision(1);

        for (int i = 1; i <= 5; i++) {
            put(store, flag("a", 10 + i));
            listener.awaitRevision(1 + i);
        }

        assertThat(listener.percent("a")).isEqualTo(15);
        assertThat(listener.content().changed()).containsExactly("a");
    }

    /** Waits once where there is push, and as often as it takes where there is none. */
    private Awaited awaitNews(Feed feed, Head known) throws InterruptedException {
        if (push() != Push.NONE) {
            return feed.await(known, LONG);
        }
        Awaited awaited;
        do {
            awaited = feed.await(known, SHORT);
        } while (awaited instanceof Awaited.Unchanged);
        return awaited;
    }

    private List<StoredEntry> collect(Feed feed, Head start, int commits) throws InterruptedException {
        List<StoredEntry> seen = new ArrayList<>();
        Head known = start;
        while (seen.size() < commits) {
            List<StoredEntry> news = read(feed, known, awaitNews(feed, known));
            seen.addAll(news);
            if (!news.isEmpty()) {
                StoredEntry last = news.get(news.size() - 1);
                known = new Head(feed.head().epoch(), last.revision(), last.hash());
            }
        }
        return seen;
    }

    private static List<StoredEntry> read(Feed feed, Head known, Awaited awaited) {
        return awaited instanceof Awaited.Entries news ? news.entries() : feed.entriesAfter(known.revision(), 1000);
    }

    private static <T> CompletableFuture<T> inAnotherThread(Waiting<T> work) {
        CompletableFuture<T> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                ended.complete(work.run());
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    @FunctionalInterface
    private interface Waiting<T> {
        T run() throws Exception;
    }
}
