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
import java.time.ZoneId;
import java.time.ZoneOffset;
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
        follow(followed, snapshots, Clock.systemUTC());
    }

    private void follow(Storage followed, Optional<Path> snapshots, Clock clock) {
        FollowOptions options = new FollowOptions(snapshots, Duration.ofDays(7), Duration.ofMillis(20), clock);
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
    void aStoreThatSaysThatSomethingIsMissingIsWipedAndItsKillsApply() {
        Commits.percentage(store, "a", 40);
        Commits.percentage(store, "b", 40);
        follow(line);
        told.awaitRevision(2);

        Losing losing = new Losing(storage, "b");
        line.behind = losing;
        Commits.kill(store, "a");

        told.await(State.WIPED);
        assertThat(told.problems()).contains("b was evicted").contains("'flags restore'");
        told.awaitContent(content -> content.flags().get("a").kill().isPresent());
        assertThat(told.percent("a")).isEqualTo(40);
        assertThat(told.percent("b")).isEqualTo(40);

        losing.found();
        Commits.percentage(store, "b", 50);
        told.await(State.READY);
        assertThat(told.percent("b")).isEqualTo(50);
        assertThat(told.flag("a").kill()).isPresent();
    }

    @Test
    void ofAStoreThatIsNotWholeAtTheFirstLookOnlyTheKillsAreServed() {
        Commits.percentage(store, "a", 40);
        Commits.percentage(store, "b", 40);
        Commits.kill(store, "a");
        Losing losing = new Losing(storage, "b");
        line.behind = losing;

        follow(line);

        told.await(State.WIPED);
        assertThat(told.content().flags()).containsOnlyKeys("a");
        assertThat(told.flag("a").definition()).isEmpty();
        assertThat(told.flag("a").kill()).isPresent();
        assertThat(told.content().revision()).isZero();

        losing.found();
        Commits.percentage(store, "c", 1);
        told.await(State.READY);
        assertThat(told.content().flags()).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void aStartBesideAWipedStoreServesTheSavedSnapshotAndKeepsIt() {
        Commits.percentage(store, "a", 40);
        follow(line, Optional.of(directory));
        told.awaitRevision(1);
        subscriptions.get(0).close();
        told.forget();
        line.behind = new Losing(storage, "a");

        follow(line, Optional.of(directory));

        told.await(State.WIPED);
        assertThat(told.percent("a")).isEqualTo(40);
        subscriptions.get(1).close();
        told.forget();
        InMemoryStorage fresh = new InMemoryStorage("production", Clock.systemUTC());
        Commits.kill(new StorageFlagStore(fresh), "a");
        line.behind = fresh;

        follow(line, Optional.of(directory));

        told.await(State.WIPED);
        assertThat(told.percent("a")).isEqualTo(40);
        assertThat(told.flag("a").kill()).isPresent();
        assertThat(told.problems()).contains("without its saved snapshot " + directory);
    }

    @Test
    void aStartBesideAStoreThatLostAKillKeepsTheKillOfTheSavedSnapshot() {
        Commits.percentage(store, "a", 40);
        Commits.kill(store, "a");
        follow(line, Optional.of(directory));
        told.awaitRevision(2);
        subscriptions.get(0).close();
        told.forget();
        line.behind = storage.rewoundTo(1);

        follow(line, Optional.of(directory));

        told.await(State.REWOUND);
        assertThat(told.flag("a").kill()).isPresent();
    }

    @Test
    void whoKnowsNothingAcceptsTheEpochThatTheFirstCommitMakes() {
        InMemoryStorage before = new InMemoryStorage("production", Clock.systemUTC());
        line.behind = before;
        follow(line);
        told.await(State.READY);

        Commits.percentage(store, "a", 40);
        line.behind = storage;

        told.awaitRevision(1);
        assertThat(told.state()).isEqualTo(State.READY);
        assertThat(told.states()).containsOnly(State.READY);
    }

    @Test
    void whatAListenerFailedOnIsHandedToItAgain() {
        Commits.percentage(store, "a", 40);
        AtomicInteger failures = new AtomicInteger(1);
        subscriptions.add(new StorageFlagStore(storage)
                .follow(
                        new FollowOptions(
                                Optional.empty(), Duration.ofDays(7), Duration.ofMillis(20), Clock.systemUTC()),
                        new SourceListener() {
                            @Override
                            public void loaded(LayerContent content, State state, Instant contact) {
                                if (content.revision() == 2 && failures.getAndDecrement() > 0) {
                                    throw new IllegalStateException("this listener has a defect");
                                }
                                told.loaded(content, state, contact);
                            }

                            @Override
                            public void unchanged(Instant contact) {}

                            @Override
                            public void state(State state, List<Problem> problems) {}
                        }));
        told.awaitRevision(1);
        Commits.percentage(store, "a", 50);

        told.awaitRevision(2);
        assertThat(failures).hasNonPositiveValue();
    }

    @Test
    void entriesThatComeWithTheWaitAreServedWithoutAskingTheStoreAgain() {
        Commits.percentage(store, "a", 40);
        AtomicInteger asked = new AtomicInteger();
        follow(new ForwardingStorage(storage) {
            @Override
            public Head head() {
                asked.incrementAndGet();
                return behind.head();
            }

            @Override
            public StoredState load() {
                asked.incrementAndGet();
                return behind.load();
            }

            @Override
            public List<StoredEntry> entriesAfter(long revision, int limit) {
                asked.incrementAndGet();
                return behind.entriesAfter(revision, limit);
            }

            @Override
            Feed.Awaited await(Head known, Duration atMost) throws InterruptedException {
                Feed.Awaited awaited = super.await(known, atMost);
                return awaited instanceof Feed.Awaited.Moved
                        ? new Feed.Awaited.Entries(behind.entriesAfter(known.revision(), 100))
                        : awaited;
            }
        });
        told.awaitRevision(1);
        assertThat(asked).hasValue(1);

        for (int i = 0; i < 20; i++) {
            Commits.addBucket(store, "a");
        }
        told.awaitRevision(21);

        assertThat(asked).hasValue(1);
        assertThat(told.content().changed()).containsExactly("a");
    }

    @Test
    void entriesOfAWipedStoreAreNotServed() {
        Commits.percentage(store, "a", 40);
        follow(line);
        told.awaitRevision(1);
        InMemoryStorage fresh = new InMemoryStorage("production", Clock.systemUTC());
        line.behind = new ForwardingStorage(fresh) {
            @Override
            Feed.Awaited await(Head known, Duration atMost) throws InterruptedException {
                Feed.Awaited awaited = super.await(known, atMost);
                List<StoredEntry> entries = behind.entriesAfter(0, 100);
                return awaited instanceof Feed.Awaited.Unchanged || entries.isEmpty()
                        ? awaited
                        : new Feed.Awaited.Entries(entries);
            }
        };
        told.await(State.WIPED);

        FlagStore emptied = new StorageFlagStore(fresh);
        Commits.percentage(emptied, "a", 90);
        Commits.kill(emptied, "b");

        told.awaitContent(content -> content.flags().containsKey("b"));
        assertThat(told.percent("a")).isEqualTo(40);
        assertThat(told.state()).isEqualTo(State.WIPED);
    }

    @Test
    void aClockThatJumpsChangesNothingButTheDateOfTheLastContact() {
        SettableClock clock = new SettableClock();
        Commits.percentage(store, "a", 40);
        follow(line, Optional.of(directory), clock);
        told.awaitRevision(1);

        for (Duration jump : List.of(Duration.ofHours(9), Duration.ofHours(-20), Duration.ofHours(11))) {
            clock.jump(jump);
            long revision = Commits.addBucket(store, "a") instanceof CommitOutcome.Committed done ? done.revision() : 0;
            told.awaitRevision(revision);
            told.awaitContact(clock.instant());
        }

        assertThat(told.states()).containsOnly(State.READY);
        subscriptions.get(0).close();
        Path file = SavedSnapshot.file(directory, "memory", "production", "memory:production");
        assertThat(SavedSnapshot.read(file, "production", Duration.ofDays(1), clock)
                        .state()
                        .head())
                .isEqualTo(storage.head());

        // what was saved in a future that never came is as good as new
        clock.jump(Duration.ofHours(-30));
        told.forget();
        line.behind = new Down(storage);
        follow(line, Optional.of(directory), clock);
        told.await(State.STALE);
        assertThat(told.content().revision()).isEqualTo(4);
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
        assertThat(SavedSnapshot.read(file, "production", Duration.ofDays(1), Clock.systemUTC())
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
        assertThat(SavedSnapshot.read(file, "production", Duration.ofDays(1), Clock.systemUTC())
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
            throw down();
        }

        @Override
        public Head head() {
            throw down();
        }

        @Override
        public List<StoredEntry> entriesAfter(long revision, int limit) {
            throw down();
        }

        @Override
        Feed.Awaited await(Head known, Duration atMost) {
            throw down();
        }

        private static StoreUnavailableException down() {
            return new StoreUnavailableException("down");
        }
    }

    /** A store that has lost a flag and knows it. */
    private static final class Losing extends ForwardingStorage {
        private final String key;
        private volatile boolean lost = true;

        Losing(Storage behind, String key) {
            super(behind);
            this.key = key;
        }

        void found() {
            lost = false;
        }

        @Override
        public StoredState load() {
            StoredState all = behind.load();
            return lost
                    ? new StoredState(
                            all.environment(),
                            all.head(),
                            all.flags().stream()
                                    .filter(flag -> !flag.key().equals(key))
                                    .toList(),
                            all.segments(),
                            all.settings(),
                            Optional.of(key + " was evicted"))
                    : all;
        }

        @Override
        Feed.Awaited await(Head known, Duration atMost) throws InterruptedException {
            // loaded anew by whoever looks, as after a reconnection
            return behind.head().equals(known) ? super.await(known, atMost) : new Feed.Awaited.Moved();
        }

        @Override
        public List<StoredEntry> entriesAfter(long revision, int limit) {
            return lost ? List.of() : behind.entriesAfter(revision, limit);
        }
    }

    /** A wrong clock. */
    private static final class SettableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

        void jump(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** What the follower told. */
    private static final class Told implements SourceListener {
        private LayerContent content;
        private State state;
        private Instant contact;
        private final List<State> states = new ArrayList<>();
        private List<Problem> problems = List.of();

        @Override
        public synchronized void loaded(LayerContent loaded, State now, Instant at) {
            content = loaded;
            state = now;
            contact = at;
            states.add(now);
        }

        @Override
        public synchronized void unchanged(Instant at) {
            contact = at;
        }

        @Override
        public synchronized void state(State now, List<Problem> why) {
            state = now;
            problems = why;
            states.add(now);
        }

        synchronized void forget() {
            content = null;
            state = null;
            problems = List.of();
        }

        synchronized List<State> states() {
            return List.copyOf(states);
        }

        void awaitContact(Instant at) {
            awaitTrue("contact at " + at, () -> at.equals(contact));
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
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        synchronized (this) {
                            return condition.getAsBoolean();
                        }
                    });
        }
    }
}
