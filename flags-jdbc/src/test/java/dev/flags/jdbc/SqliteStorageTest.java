package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.store.AuditChain;
import dev.flags.store.Feed;
import dev.flags.store.Finding;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredState;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The storage primitives, on a file that is as it should be. */
class SqliteStorageTest {
    @TempDir
    Path directory;

    private Path path;
    private JdbcStorage storage;

    @BeforeEach
    void make() {
        path = directory.resolve("flags.db");
        JdbcMigrations.migrate("jdbc:sqlite:" + path);
        storage = open("production");
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private JdbcStorage open(String environment) {
        return new JdbcStorage(
                new SqliteConnections(new SqliteFile(path, Duration.ofMinutes(1))), environment, Duration.ofMillis(20));
    }

    @Test
    void anEnvironmentThatNobodyWroteToIsEmptyAtRevisionZero() {
        assertThat(storage.head().revision()).isZero();
        assertThat(storage.head().hash()).isEqualTo(AuditChain.ROOT);
        assertThat(storage.load().flags()).isEmpty();
        assertThat(storage.flag("a")).isNull();
    }

    @Test
    void theFirstCommitIsNotTakenForAnotherHistory() {
        Head empty = storage.head();

        storage.attempt(Appends.touching("a"));

        assertThat(storage.head().epoch()).isEqualTo(empty.epoch()).isNotEmpty();
        assertThat(storage.entriesAfter(0, 1).get(0).payload()).contains(empty.hash());
    }

    @Test
    void readingMakesNoEnvironment() throws SQLException {
        storage.head();
        storage.load();

        assertThat(select("SELECT COUNT(*) FROM flags_environment")).isEqualTo("0");
    }

    @Test
    void allRecordsComeBackAsTheyWereWritten() {
        Instant at = Instant.parse("2026-11-21T10:15:30.123Z");
        StoredFlag flag = new StoredFlag("a", 1, "{\"d\": 1 }", "{\"k\":\"é😀\"}", "{\"r\":1}", at, "ada");

        storage.attempt(view -> Appends.append(view, List.of(flag)));

        assertThat(storage.flag("a")).isEqualTo(flag);
        assertThat(storage.load().flags()).containsExactly(flag);
    }

    @Test
    void aRecordThatIsTakenAwayIsGone() {
        Instant at = Instant.EPOCH;
        storage.attempt(view -> Appends.append(view, List.of(new StoredFlag("a", 1, "{}", "{}", "{}", at, "ada"))));
        StoredFlag lifted = new StoredFlag("a", 2, "{}", null, "{}", at, "ada");

        storage.attempt(view -> Appends.append(view, List.of(lifted)));

        assertThat(storage.load().flags()).containsExactly(lifted);
    }

    @Test
    void keysThatDifferInOneByteAreDifferentFlags() {
        storage.attempt(Appends.touching("a", "A", "é", "e\u0301"));

        assertThat(storage.load().flags())
                .extracting(StoredFlag::key)
                .containsExactlyInAnyOrder("a", "A", "é", "e\u0301");
        assertThat(storage.flag("A")).isNotNull();
        assertThat(storage.flag("É")).isNull();
    }

    @Test
    void environmentsInOneFileDoNotMeet() {
        try (JdbcStorage staging = open("staging")) {
            storage.attempt(Appends.touching("a"));
            staging.attempt(Appends.touching("b"));
            staging.attempt(Appends.touching("b"));

            assertThat(storage.head().revision()).isEqualTo(1);
            assertThat(staging.head().revision()).isEqualTo(2);
            assertThat(storage.flag("b")).isNull();
        }
    }

    @Test
    void anEntrysPayloadIsKeptByteForByte() {
        String payload = "{ \"b\":1,\"a\":1.0, \"text\":\"é\\u00e9 😀\\n\" }\n";
        StoredEntry entry = new StoredEntry(1, payload, AuditChain.hash(payload));

        storage.attempt(
                view -> new Storage.Append(view.head().epoch(), entry, Set.of("a"), List.of(), List.of(), null, false));

        assertThat(storage.entriesAfter(0, 10)).containsExactly(entry);
    }

    @Test
    void entriesAreFoundByRevisionAndByFlag() {
        storage.attempt(Appends.touching("a"));
        storage.attempt(Appends.touching("b"));
        storage.attempt(Appends.touching("a", "b"));
        storage.attempt(Appends.touching("c"));

        assertThat(storage.entriesAfter(1, 2)).extracting(StoredEntry::revision).containsExactly(2L, 3L);
        assertThat(storage.entriesBefore(4, 2, Optional.empty()))
                .extracting(StoredEntry::revision)
                .containsExactly(3L, 2L);
        assertThat(storage.entriesBefore(Long.MAX_VALUE, 10, Optional.of("a")))
                .extracting(StoredEntry::revision)
                .containsExactly(3L, 1L);
    }

    @Test
    void aPlannerThatGivesUpLeavesNothingBehindAndTheStoreUsable() {
        assertThatThrownBy(() -> storage.attempt(view -> {
                    throw new FlagsException("no");
                }))
                .isInstanceOf(FlagsException.class)
                .hasMessage("no");
        assertThat(storage.attempt(view -> null)).isEqualTo(new Storage.Attempted.Done());
        assertThat(storage.head().revision()).isZero();

        storage.attempt(Appends.touching("a"));
        assertThat(storage.head().revision()).isEqualTo(1);
    }

    @Test
    void whenOneStatementOfACommitFailsNoneIsKept() {
        storage.attempt(Appends.touching("a"));
        Head before = storage.head();
        StoredFlag same = new StoredFlag("b", 2, "{}", null, null, Instant.EPOCH, "ada");

        assertThatThrownBy(() -> storage.attempt(view -> Appends.append(view, List.of(same, same))))
                .isInstanceOf(StoreDamagedException.class);

        assertThat(storage.head()).isEqualTo(before);
        assertThat(storage.entriesAfter(0, 10)).hasSize(1);
        assertThat(storage.load().flags()).extracting(StoredFlag::key).containsExactly("a");
    }

    @Test
    void storeTimeNeverRunsBackwards() throws SQLException {
        storage.attempt(Appends.touching("a"));
        Instant future = Instant.parse("2999-01-01T00:00:00Z");
        execute("UPDATE flags_environment SET committed_at = " + future.toEpochMilli());

        AtomicReference<Instant> seen = new AtomicReference<>();
        storage.attempt(view -> {
            seen.set(view.now());
            return null;
        });

        assertThat(seen.get()).isEqualTo(future);
    }

    @Test
    void storeTimeIsTheMachinesTime() {
        assertThat(storage.now())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }

    @Test
    void anEnvironmentWhoseRowIsLostContinuesItsNumbersAndItsChain() throws SQLException {
        storage.attempt(Appends.touching("a"));
        storage.attempt(Appends.touching("a"));
        Head before = storage.head();
        execute("DELETE FROM flags_environment");
        assertThat(storage.head()).isEqualTo(before);
        assertThat(storage.load().missing()).isEmpty();

        storage.attempt(Appends.touching("b"));

        assertThat(storage.head().revision()).isEqualTo(3);
        assertThat(storage.head().epoch()).isEqualTo(before.epoch());
        assertThat(storage.load().flags()).hasSize(2);
        assertThat(storage.entriesAfter(2, 1).get(0).payload()).contains(before.hash());
    }

    @Test
    void rowsThatVanishedAreSaidToBeMissing() throws SQLException {
        Instant at = Instant.EPOCH;
        storage.attempt(view -> Appends.append(
                view,
                List.of(
                        new StoredFlag("a", 1, "{}", null, null, at, "ada"),
                        new StoredFlag("b", 1, "{}", "{}", "{}", at, "ada"))));
        assertThat(storage.load().missing()).isEmpty();

        execute("DELETE FROM flags_kill");
        execute("DELETE FROM flags_flag WHERE flag_key = 'a'");

        assertThat(storage.load().missing().orElseThrow()).startsWith("1 of 2 committed flags, 1 of 1 committed kills");
        assertThat(storage.load().flags()).extracting(StoredFlag::key).containsExactly("b");
        assertThat(storage.examine())
                .anySatisfy(finding -> assertThat(finding.verdict()).isEqualTo(Finding.Verdict.FAIL));
    }

    @Test
    void aCommitOnAStoreThatMissesRowsGoesThroughAndLeavesThemMissing() throws SQLException {
        storage.attempt(Appends.touching("a", "b"));
        execute("DELETE FROM flags_flag WHERE flag_key = 'a'");

        storage.attempt(Appends.touching("c"));

        assertThat(storage.load().missing().orElseThrow()).startsWith("1 of 3 committed flags");
    }

    @Test
    void whatReplacesEverythingMissesNothing() throws SQLException {
        storage.attempt(Appends.touching("a", "b"));
        execute("DELETE FROM flags_flag WHERE flag_key = 'a'");

        storage.attempt(view -> {
            Storage.Append append =
                    Appends.append(view, List.of(new StoredFlag("c", 2, "{}", "{}", null, Instant.EPOCH, "ada")));
            return new Storage.Append(
                    append.epoch(), append.entry(), append.keys(), append.flags(), List.of(), null, true);
        });

        assertThat(storage.load().missing()).isEmpty();
        assertThat(storage.load().flags()).extracting(StoredFlag::key).containsExactly("c");
        assertThat(storage.entriesAfter(0, 10)).hasSize(2);
    }

    @Test
    void waitingEndsWhenAnotherStoreCommits() throws Exception {
        Head known = storage.head();
        CompletableFuture<Boolean> waiting =
                CompletableFuture.supplyAsync(() -> awaitChange(known, Duration.ofMinutes(2)));
        try (JdbcStorage other = open("production")) {
            other.attempt(Appends.touching("a"));
        }

        assertThat(waiting.get(120, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitingIsBounded() {
        assertThat(awaitChange(storage.head(), Duration.ofMillis(60))).isFalse();
    }

    @Test
    void aCommitOfThisProcessEndsWaitingAtOnce() throws Exception {
        try (JdbcStorage slow = new JdbcStorage(
                new SqliteConnections(new SqliteFile(path, Duration.ofMinutes(1))),
                "production",
                Duration.ofHours(1))) {
            Head known = slow.head();
            Thread waiter = new Thread(() -> {
                try {
                    slow.feed().await(known, Duration.ofHours(1));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            waiter.setDaemon(true);
            waiter.start();
            // Committing again until the waiter is in its wait keeps this free of a guess about when it gets there.
            while (waiter.isAlive()) {
                slow.attempt(Appends.touching("a"));
                waiter.join(20);
            }
            assertThat(slow.head()).isNotEqualTo(known);
        }
    }

    @Test
    void twoStoresOnOneFileLoseNoCommit() {
        int each = 100;
        try (JdbcStorage other = open("production")) {
            CompletableFuture.allOf(
                            CompletableFuture.runAsync(() ->
                                    IntStream.range(0, each).forEach(i -> storage.attempt(Appends.touching("a")))),
                            CompletableFuture.runAsync(
                                    () -> IntStream.range(0, each).forEach(i -> other.attempt(Appends.touching("b")))))
                    .join();
        }

        assertThat(storage.head().revision()).isEqualTo(2L * each);
        String previous = AuditChain.ROOT;
        for (StoredEntry entry : storage.entriesAfter(0, 1000)) {
            assertThat(entry.payload()).contains(previous);
            previous = entry.hash();
        }
        assertThat(storage.head().hash()).isEqualTo(previous);
    }

    @Test
    void readersGoOnWhileAWriterHoldsTheLock() {
        storage.attempt(Appends.touching("a"));

        storage.attempt(view -> {
            assertThat(storage.head()).isEqualTo(view.head());
            assertThat(storage.load().flags()).hasSize(1);
            return null;
        });
    }

    @Test
    void aCommitIsOnDiskWhenItIsConfirmed() throws SQLException {
        assertThat(select("PRAGMA journal_mode")).isEqualTo("wal");
        try (Connection connection = new SqliteFile(path, Duration.ofSeconds(1)).open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA synchronous")) {
            // https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL
            assertThat(row.getInt(1)).isEqualTo(2);
        }
    }

    @Test
    void tenThousandFlagsAreWrittenInOneCommitAndLoaded() {
        String[] keys = IntStream.range(0, 10_000).mapToObj(i -> "flag-" + i).toArray(String[]::new);

        storage.attempt(Appends.touching(keys));

        StoredState state = storage.load();
        assertThat(state.flags()).hasSize(10_000);
        assertThat(state.head().revision()).isEqualTo(1);
    }

    @Test
    void aClosedStoreSaysSo() {
        storage.close();

        assertThatThrownBy(() -> storage.head()).hasMessageContaining("closed").hasMessageContaining(path.toString());
    }

    private boolean awaitChange(Head known, Duration atMost) {
        try {
            return !storage.feed().await(known, atMost).equals(new Feed.Awaited.Unchanged());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String select(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getString(1);
        }
    }
}
