package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flags.FlagsException;
import dev.flags.FlagsStatus.State;
import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Problem;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome.Committed;
import dev.flags.store.FlagStore;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreMissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store as applications and the command line use it. */
class JdbcFlagStoreTest {
    private static final FollowOptions QUICKLY =
            new FollowOptions(Optional.empty(), Duration.ofDays(7), Duration.ofMillis(20), Clock.systemUTC());

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("flags.db");
    }

    @Test
    void openingAStoreThatIsNotThereFailsOnlyWhenItIsUsed() {
        try (JdbcFlagStore store = JdbcFlagStore.open("jdbc:sqlite:" + path, "production")) {
            assertThatThrownBy(store::head)
                    .isInstanceOf(StoreMissingException.class)
                    .hasMessageContaining(path.toAbsolutePath().toString());
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aRelativePathIsShownAbsolute() {
        try (JdbcFlagStore store = JdbcFlagStore.open("jdbc:sqlite:some.db", "production")) {
            assertThat(store.location())
                    .isEqualTo("jdbc:sqlite:" + Path.of("some.db").toAbsolutePath());
        }
    }

    @Test
    void aStoreIsMadeOnceAndThenFound() {
        try (JdbcFlagStore made = create()) {
            commit(made, "a");
        }
        try (JdbcFlagStore found = create()) {
            assertThat(found.flags()).extracting(FlagState::key).containsExactly("a");
        }
    }

    @Test
    void anEnvironmentNeedsAName() {
        assertThatThrownBy(() -> JdbcFlagStore.sqlite(path, " ")).isInstanceOf(FlagsException.class);
    }

    @Test
    void theChainOfWhatSeveralStoresCommittedIsIntact() {
        try (JdbcFlagStore one = create();
                JdbcFlagStore other = JdbcFlagStore.sqlite(path, "production")) {
            for (int i = 0; i < 10; i++) {
                commit(one, "a" + i);
                commit(other, "b" + i);
            }

            assertThat(other.verify().intact()).isTrue();
            assertThat(other.verify().entries()).isEqualTo(20);
            assertThat(one.history(Optional.of("b3"), Long.MAX_VALUE, 5)).hasSize(1);
        }
    }

    @Test
    void whoFollowsAnEmptyEnvironmentSeesItsFirstCommit() {
        try (JdbcFlagStore store = create();
                Following following = new Following(JdbcFlagStore.sqlite(path, "production"))) {
            await().atMost(Duration.ofMinutes(2)).until(() -> following.state == State.READY);

            commit(store, "a");

            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(following.content.flags()).containsOnlyKeys("a"));
            assertThat(following.state).isEqualTo(State.READY);
        }
    }

    @Test
    void whoFollowsBeforeThereIsAFileSeesTheStoreOnceItIsMade() {
        try (Following following = new Following(JdbcFlagStore.sqlite(path, "production"))) {
            await().atMost(Duration.ofMinutes(2)).until(() -> following.problems.contains(path.toString()));

            try (JdbcFlagStore store = create()) {
                commit(store, "a");
            }

            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(following.content.flags()).containsOnlyKeys("a"));
        }
    }

    @Test
    void aFileThatIsDeletedAndMadeAnewIsAWipeForThoseWhoFollow() throws IOException {
        try (JdbcFlagStore store = create()) {
            commit(store, "a");
        }
        try (Following following = new Following(JdbcFlagStore.sqlite(path, "production"))) {
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(following.content.flags()).containsOnlyKeys("a"));

            for (String suffix : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(directory.resolve("flags.db" + suffix));
            }
            await().atMost(Duration.ofMinutes(2)).until(() -> following.state == State.STALE);
            try (JdbcFlagStore anew = create()) {
                commit(anew, "b");
            }

            await().atMost(Duration.ofMinutes(2)).until(() -> following.state == State.WIPED);
            assertThat(following.content.flags()).containsKey("a");
        }
    }

    @Test
    void aPlaceThatIsNoDirectoryCannotHoldAStore() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> JdbcFlagStore.builder(file.resolve("flags.db"), "production")
                        .createIfMissing()
                        .open())
                .isInstanceOfAny(StoreMissingException.class, NotPermittedException.class)
                .hasMessageContaining(file.toString());
    }

    private JdbcFlagStore create() {
        return JdbcFlagStore.builder(path, "production").createIfMissing().open();
    }

    private static void commit(FlagStore store, String key) {
        assertThat(store.commit(new Commit(
                        Actor.local("ada"),
                        "create",
                        "a test",
                        Map.of(),
                        found -> Commit.Write.flags(Map.of(
                                key,
                                new FlagState(
                                        key,
                                        0,
                                        Optional.of(FlagDefinition.builder(key).build()),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Instant.EPOCH,
                                        "",
                                        List.of()))))))
                .isInstanceOf(Committed.class);
    }

    /** What a follower was last told. */
    private static final class Following implements SourceListener, AutoCloseable {
        private final FlagStore store;
        private final Subscription subscription;
        volatile LayerContent content = LayerContent.empty();
        volatile State state = State.NOT_READY;
        volatile String problems = "";

        Following(FlagStore store) {
            this.store = store;
            this.subscription = store.follow(QUICKLY, this);
        }

        @Override
        public void loaded(LayerContent loaded, State newState, Instant contact) {
            content = loaded;
            state = newState;
        }

        @Override
        public void unchanged(Instant contact) {
            // nothing to remember
        }

        @Override
        public void state(State newState, List<Problem> why) {
            problems = why.toString();
            state = newState;
        }

        @Override
        public void close() {
            subscription.close();
            store.close();
        }
    }
}
