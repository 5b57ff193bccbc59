package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.FlagsStatus.State;
import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Problem;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import dev.flags.source.SourceListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreFollowerTest {
    @TempDir
    Path directory;

    private final InMemoryStorage storage = new InMemoryStorage("production", Clock.systemUTC());
    private final FlagStore store = new StorageFlagStore(storage);
    private final ForwardingStorage line = new ForwardingStorage(storage);
    private final Told told = new Told();
    private final List<Subscription> subscriptions = new ArrayList<>();

    @AfterEach
    void endFollowing() {
        subscriptions.forEach(Subscription::close);
    }

    private void follow(Storage followed) {
        follow(followed, Optional.empty());
    }

    private void follow(Storage followed, Optional<Path> snapshots) {
        FollowOptions options =
                new FollowOptions(snapshots, Duration.ofDays(7), Duration.ofMillis(20), Clock.systemUTC());
        subscriptions.add(new StorageFlagStore(followed).follow(options, told));
    }

    @Test
    void aStoreThatLostCommitsIsServedButForFlagsThatItWouldShowToMoreUsers() {
        Commits.percentage(store, "killed", 50);
        Commits.percentage(store, "lowered", 50);
        Commits.percentage(store, "raised", 10);
        Commits.percentage(store, "same", 30);
        follow(line);
        told.awaitRevision(4);
        Commits.kill(store, "killed");
        Commits.percentage(store, "lowered", 5);
        Commits.percentage(store, "raised", 90);
        Commits.percentage(store, "created", 20);
        told.awaitRevision(8);

        InMemoryStorage rewound = storage.rewoundTo(4);
        line.behind = rewound;

        told.await(State.REWOUND);
        assertThat(told.flag("killed").kill()).isPresent();
        assertThat(told.percent("lowered")).isEqualTo(5);
        assertThat(told.percent("raised")).isEqualTo(10);
        assertThat(told.percent("same")).isEqualTo(30);
        assertThat(told.percent("created")).isEqualTo(20);
        assertThat(told.problems())
                .contains("revisions 5 to 8")
                .contains("created, killed, lowered")
                .doesNotContain("raised");

        FlagStore after = new StorageFlagStore(rewound);
        Commits.percentage(after, "lowered", 60);
        told.awaitContent(content -> percent(content, "lowered") == 60);
        assertThat(told.flag("killed").kill()).isPresent();
        assertThat(told.state()).isEqualTo(State.REWOUND);

        Commits.percentage(after, "killed", 70);
        Commits.percentage(after, "created", 1);
        told.await(State.READY);
        assertThat(told.flag("killed").kill()).isEmpty();
        assertThat(told.percent("killed")).isEqualTo(70);
        assertThat(told.percent("created")).isEqualTo(1);
    }

    @Test
    void aKillInARewoundStoreAppliesAtOnceToAFlagThatIsHeld() {
        Commits.percentage(store, "a", 50);
        follow(line);
        told.awaitRevision(1);
        Commits.percentage(store, "a", 5);
        told.awaitRevision(2);
        InMemoryStorage rewound = storage.rewoundTo(1);
        Commits.kill(new StorageFlagStore(rewound), "a");

        line.behind = rewound;

        told.await(State.REWOUND);
        assertThat(told.flag("a").kill()).isPresent();
    }

    @Test
    void aRewoundStoreThatHasGoneOnToTheSameRevisionIsNoticedByItsHash() {
        Commits.percentage(store, "a", 10);
        Commits.percentage(store, "a", 20);
        follow(line);
        told.awaitRevision(2);
        InMemoryStorage rewound = storage.rewoundTo(1);
        Commits.percentage(new StorageFlagStore(rewound), "a", 90);
        Commits.percentage(new StorageFlagStore(rewound), "b", 90);

        line.behind = rewound;

        told.await(State.REWOUND);
        assertThat(told.percent("a")).isEqualTo(20);
        assertThat(told.percent("b")).isEqualTo(90);
    }

    @Test
    void theSameStoreEmptyIsWiped() {
        Commits.percentage(store, "a", 40);
        follow(line);
        told.awaitRevision(1);

        line.behind = storage.rewoundTo(0);

        told.await(State.WIPED);
        assertThat(told.percent("a")).isEqualTo(40);
    }

    @Test
    void flagsThatAreMissingAreWiped() {
        Commits.percentage(store, "a", 40);
        Commits.percentage(store, "b", 40);
        follow(line);
        told.awaitRevision(2);

        line.behind = new ForwardingStorage(storage) {
            @Override
            public Head head() {
                Head head = behind.head();
                return new Head(head.epoch(), head.revision(), "e".repeat(64));
            }

            @Override
            public StoredState load() {
                StoredState all = behind.load();
                return new StoredState(
                        all.environment(), all.head(), all.flags().subList(0, 1), all.segments(), all.settings());
            }

            @Override
            Feed.Awaited await(Head known, Duration atMost) {
                return new Feed.Awaited.Moved();
            }
        };

        told.await(State.WIPED);
        assertThat(told.problems()).contains("b");
        assertThat(told.percent("b")).isEqualTo(40);
    }

    @Test
    void aWipedStoreIsFollowedAgainOnceItWasRestored() {
        Commits.percentage(store, "a", 40);
        follow(line);
        told.awaitRevision(1);
        InMemoryStorage fresh = new InMemoryStorage("production", Clock.systemUTC());
        line.behind = fresh;
        told.await(State.WIPED);

        Commits.edit(
                new StorageFlagStore(fresh),
                "restore",
                "a",
                state -> Commits.with(
                        state, Optional.of(FlagDefinition.builder("a").build()), Optional.empty()));

        told.await(State.READY);
        assertThat(told.percent("a")).isZero();
    }

    @Test
    void tooManyCommitsAtOnceAreLoadedWhole() {
        Commits.percentage(store, "a", 40);
        AtomicInteger loads = new AtomicInteger();
        ForwardingStorage counting = new ForwardingStorage(storage) {
            @Override
            public StoredState load() {
                loads.incrementAndGet();
                return behind.load();
            }
        };
        line.behind = counting;
        follow(line);
        told.awaitRevision(1);
        InMemoryStorage held = storage.rewoundTo(1);
        line.behind = held;
        for (int i = 0; i <= StoreFollower.MOST_ENTRIES; i++) {
            Commits.addBucket(store, "a");
        }

        line.behind = counting;

        told.awaitRevision(StoreFollower.MOST_ENTRIES + 2);
        assertThat(loads).hasValue(2);
        assertThat(told.content().changed()).isEmpty();
    }

    @Test
    void fewCommitsAreAppliedWithoutLoadingAgain() {
        Commits.percentage(store, "a", 40);
        AtomicInteger loads = new AtomicInteger();
        follow(new ForwardingStorage(storage) {
            @Override
            public StoredState load() {
                loads.incrementAndGet();
                return behind.load();
            }
        });
        told.awaitRevision(1);
        for (int i = 0; i < 20; i++) {
            Commits.addBucket(store, "a");
        }
        told.awaitRevision(21);

        assertThat(loads).hasValue(1);
    }

    @Test
    void aStoreThatHangsAtTheStartDoesNotKeepTheSavedSnapshotBack() {
        Commits.percentage(store, "a", 40);
        follow(line, Optional.of(directory));
        told.awaitRevision(1);
        subscriptions.get(0).close();
        told.forget();
        CountDownLatch hanging = new CountDownLatch(1);
        line.behind = new ForwardingStorage(storage) {
            @Override
            public StoredState load() {
                try {
                    hanging.await();
                } catch (InterruptedException e) {
                    throw new StoreUnavailableException("interrupted", e);
                }
                return behind.load();
            }
        };

        follow(line, Optional.of(directory));

        told.await(State.STALE);
        assertThat(told.percent("a")).isEqualTo(40);
        hanging.countDown();
        told.await(State.READY);
    }

    @Test
    void aDamagedSavedSnapshotIsNotServedAndSaysWhy() throws Exception {
        Commits.percentage(store, "a", 40);
        follow(line, Optional.of(directory));
        told.awaitRevision(1);
        subscriptions.get(0).close();
        told.forget();
        Path file;
        try (Stream<Path> files = Files.list(directory)) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, Files.readString(file).replace("\"ada\"", "\"eve\""));
        line.behind = new Down(storage);

        follow(line, Optional.of(directory));

        told.await(State.NOT_READY);
        assertThat(told.problems()).contains("checksum").contains(file.toString());
    }

    @Test
    void aSnapshotOfAnotherEnvironmentIsNotServed() throws Exception {
        Commits.percentage(store, "a", 40);
        SavedSnapshot.write(
                SavedSnapshot.file(directory, "memory", "staging", "memory:staging"), storage.load(), Instant.now());

        follow(new Down(new InMemoryStorage("staging", Clock.systemUTC())), Optional.of(directory));

        told.await(State.NOT_READY);
        assertThat(told.problems()).contains("environment production");
    }

    @Test
    void whatWasCommittedLastIsSavedWhenTheFollowingEnds() {
        follow(line, Optional.of(directory));
        told.awaitRevision(0);
        for (int i = 1; i <= 20; i++) {
            Commits.percentage(store, "a", i);
        }
        told.awaitRevision(20);

        subscriptions.get(0).close();

        Path file = SavedSnapshot.file(directory, "memory", "production", "memory:production");
        assertThat(SavedSnapshot.read(file, Duration.ofDays(1), Clock.systemUTC())
                        .state())
                .usingRecursiveComparison()
                .ignoringFields("flags.definition")
                .isEqualTo(storage.load());
    }

    @Test
    void aWipedStoreIsNotSavedOverTheLastKnownFlags() {
        Commits.percentage(store, "a", 40);
        follow(line, Optional.of(directory));
        told.awaitRevision(1);
        InMemoryStorage fresh = new InMemoryStorage("production", Clock.systemUTC());
        line.behind = fresh;
        told.await(State.WIPED);
        Commits.kill(new StorageFlagStore(fresh), "b");
        told.awaitContent(content -> content.flags().containsKey("b"));

        subscriptions.get(0).close();

        Path file = SavedSnapshot.file(directory, "memory", "production", "memory:production");
        assertThat(SavedSnapshot.read(file, Duration.ofDays(1), Clock.systemUTC())
                        .state()
                        .flags())
                .extracting(StoredFlag::key)
                .containsExactly("a");
    }

    private static int percent(LayerContent content, String key) {
        return content.flags().get(key).definition().orElseThrow().percentage().buckets() / 1000;
    }

    private static final class Down extends ForwardingStorage {
        Down(Storage behind) {
            super(behind);
        }

        @Override
        public StoredState load() {
            throw new StoreUnavailableException("down");
        }
    }

    /** What the follower told. */
    private static final class Told implements SourceListener {
        private LayerContent content;
        private State state;
        private List<Problem> problems = List.of();

        @Override
        public synchronized void loaded(LayerContent loaded, State now, Instant contact) {
            content = loaded;
            state = now;
        }

        @Override
        public void unchanged(Instant contact) {}

        @Override
        public synchronized void state(State now, List<Problem> why) {
            state = now;
            problems = why;
        }

        synchronized void forget() {
            content = null;
            state = null;
            problems = List.of();
        }

        synchronized LayerContent content() {
            return content;
        }

        synchronized State state() {
            return state;
        }

        synchronized String problems() {
            return problems.toString();
        }

        LayerFlag flag(String key) {
            Map<String, LayerFlag> flags = content().flags();
            assertThat(flags).containsKey(key);
            return flags.get(key);
        }

        int percent(String key) {
            return StoreFollowerTest.percent(content(), key);
        }

        void await(State wanted) {
            // the state is told after the content; the reasons come with it
            awaitTrue("state " + wanted, () -> state == wanted && (wanted == State.READY || !problems.isEmpty()));
        }

        void awaitRevision(long revision) {
            awaitContent(loaded -> loaded.revision() >= revision);
        }

        void awaitContent(Predicate<LayerContent> wanted) {
            awaitTrue("content", () -> content != null && wanted.test(content));
        }

        private void awaitTrue(String what, BooleanSupplier condition) {
            Awaitility.await(what)
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        synchronized (this) {
                            return condition.getAsBoolean();
                        }
                    });
        }
    }
}
