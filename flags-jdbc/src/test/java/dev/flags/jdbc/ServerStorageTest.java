package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.store.AuditChain;
import dev.flags.store.Finding;
import dev.flags.store.Head;
import dev.flags.store.NotPermittedException;
import dev.flags.store.Storage;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreMissingException;
import dev.flags.store.StoreUnavailableException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The storage primitives on each server, beyond the contract: what the database itself must do, and what its refusals mean. */
class ServerStorageTest {
    private static final int NO_SUCH_THREAD = 1094;

    private TestDatabase database;
    private JdbcStorage storage;

    private void open(Databases kind) {
        database = kind.migrated();
        storage = database.storage("production");
    }

    @AfterEach
    void close() {
        if (storage != null) {
            storage.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void keysCompareByteByByteAndTextsComeBackAsTheyWere(Databases kind) throws SQLException {
        open(kind);
        Instant at = Instant.parse("2026-11-21T10:15:30.123Z");
        StoredFlag flag = new StoredFlag("z", 2, "{\"d\": 1.10 }\n", "{\"k\":\"é😀\\\\ '\"}", "{\"r\":1}", at, "ada");
        storage.attempt(Appends.touching("a", "A", "é", "e\u0301"));
        storage.attempt(view -> Appends.append(view, List.of(flag)));

        assertThat(storage.load().flags()).extracting(StoredFlag::key).containsExactly("A", "a", "e\u0301", "z", "é");
        assertThat(storage.flag("É")).isNull();
        assertThat(storage.flag("z")).isEqualTo(flag);
        assertThat(storage.kind()).isEqualTo(database.address().kind());
        assertThat(storage.location()).doesNotContain("?").startsWith("jdbc:");
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void ofTwoFirstCommitsTheSecondWaitsAndBuildsOnTheFirst(Databases kind) throws Exception {
        open(kind);
        AtomicReference<CompletableFuture<Void>> second = new AtomicReference<>();
        try (JdbcStorage other = database.storage("production")) {
            storage.attempt(view -> {
                if (second.get() == null) {
                    second.set(CompletableFuture.runAsync(() -> commit(other, "b")));
                    waitsFor(second.get());
                }
                return Appends.touching("a").plan(view);
            });
            second.get().get(120, TimeUnit.SECONDS);
        }

        assertThat(storage.load().flags()).extracting(StoredFlag::revision).containsExactly(1L, 2L);
        assertThat(storage.load().missing()).isEmpty();
        List<StoredEntry> log = storage.entriesAfter(0, 10);
        assertThat(log.get(0).payload()).contains(AuditChain.ROOT);
        assertThat(log.get(1).payload()).contains(log.get(0).hash());
    }

    /** It would be through in a moment if it had not to wait. */
    private static void waitsFor(CompletableFuture<Void> other) {
        try {
            other.get(500, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        throw new AssertionError("the other commit did not wait");
    }

    private static void commit(JdbcStorage storage, String key) {
        while (storage.attempt(Appends.touching(key)) instanceof Storage.Attempted.HeadMoved) {
            // a lock that was not got within a second
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void loadingSeesOneStateWhileOthersCommit(Databases kind) throws Exception {
        open(kind);
        storage.attempt(Appends.touching("a", "b", "c"));
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (JdbcStorage own = database.storage("production")) {
                for (int i = 0; i < 100; i++) {
                    own.attempt(Appends.touching("a", "b", "c"));
                }
            }
        });
        do {
            var state = storage.load();
            assertThat(state.flags())
                    .extracting(StoredFlag::revision)
                    .containsOnly(state.head().revision());
        } while (!writer.isDone());
        writer.get();
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void anEnvironmentWhoseRowIsLostGoesOnFromItsLog(Databases kind) throws SQLException {
        open(kind);
        String settings = "{\"frozen\":true}";
        storage.attempt(view -> {
            String payload = "{\"epoch\":\"a-restored-one\",\"at\":\"2026-01-01T00:00:00Z\","
                    + "\"settings\":{\"before\":null,\"after\":" + settings + "}}";
            return new Storage.Append(
                    "a-restored-one",
                    new StoredEntry(1, payload, AuditChain.hash(payload)),
                    Set.of(),
                    List.of(),
                    List.of(),
                    settings,
                    false);
        });
        Head before = storage.head();
        database.execute("DELETE FROM flags_environment");

        assertThat(storage.head()).isEqualTo(before);
        assertThat(storage.load().head()).isEqualTo(before);
        assertThat(storage.load().settings()).isEqualTo(settings);
        assertThat(storage.load().missing()).isEmpty();
        assertThat(storage.examine()).extracting(Finding::subject).contains("head");

        storage.attempt(Appends.touching("b"));
        assertThat(storage.head().revision()).isEqualTo(2);
        assertThat(storage.head().epoch()).isEqualTo("a-restored-one");
        assertThat(storage.load().settings()).isEqualTo(settings);
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void rowsThatSomethingElseRemovedAreMissedAndAKillGoesThroughAllTheSame(Databases kind) throws SQLException {
        open(kind);
        storage.attempt(Appends.touching("a", "b"));
        database.execute("DELETE FROM flags_flag WHERE flag_key = 'a'");

        assertThat(storage.load().missing().orElseThrow()).startsWith("1 of 2 committed flags");
        storage.attempt(
                view -> Appends.append(view, List.of(new StoredFlag("b", 2, "{}", "{}", null, Instant.EPOCH, "ada"))));
        assertThat(storage.load().missing().orElseThrow()).startsWith("1 of 2 committed flags");
        assertThat(storage.examine())
                .anySatisfy(finding -> assertThat(finding.verdict()).isEqualTo(Finding.Verdict.FAIL));
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void environmentsOfOneDatabaseDoNotMeetAndAreListed(Databases kind) {
        open(kind);
        try (JdbcStorage staging = database.storage("staging")) {
            staging.attempt(Appends.touching("b"));
            storage.attempt(Appends.touching("a"));

            assertThat(storage.environments()).containsExactly("production", "staging");
            assertThat(storage.flag("b")).isNull();
            assertThat(storage.head().epoch()).isNotEqualTo(staging.head().epoch());
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void aCommitOfThousandsOfFlagsIsOneCommit(Databases kind) {
        open(kind);
        String[] keys = IntStream.range(0, 3_000).mapToObj(i -> "flag-" + i).toArray(String[]::new);

        storage.attempt(Appends.touching(keys));
        storage.attempt(Appends.touching(keys));

        assertThat(storage.load().flags()).hasSize(3_000);
        assertThat(storage.load().missing()).isEmpty();
        assertThat(storage.head().revision()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void entriesAreRemovedUpToARevision(Databases kind) {
        open(kind);
        IntStream.range(0, 10).forEach(i -> storage.attempt(Appends.touching("a")));

        storage.removeEntries(7);
        storage.removeEntries(7);

        assertThat(storage.entriesAfter(0, 100))
                .extracting(StoredEntry::revision)
                .containsExactly(8L, 9L, 10L);
        assertThat(storage.entriesBefore(Long.MAX_VALUE, 100, Optional.of("a"))).hasSize(3);
        assertThat(storage.head().revision()).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void aLockThatSomebodyHoldsEndsTheAttemptAndWritesNothing(Databases kind) throws SQLException {
        open(kind);
        storage.attempt(Appends.touching("a"));
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM flags_environment FOR UPDATE");

            assertThat(storage.attempt(Appends.touching("a"))).isEqualTo(new Storage.Attempted.HeadMoved());
            assertThat(storage.head().revision()).isEqualTo(1);
            other.rollback();
        }
        storage.attempt(Appends.touching("a"));
        assertThat(storage.head().revision()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void aConnectionThatDiesBeforeTheCommitCostsNothing(Databases kind) {
        open(kind);
        AtomicInteger plans = new AtomicInteger();
        storage.attempt(view -> {
            if (plans.incrementAndGet() == 1) {
                endOtherConnections(kind);
            }
            return Appends.touching("a").plan(view);
        });

        assertThat(plans).hasValue(2);
        assertThat(storage.head().revision()).isEqualTo(1);
        assertThat(storage.entriesAfter(0, 10)).hasSize(1);
    }

    private void endOtherConnections(Databases kind) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            if (kind == Databases.POSTGRESQL) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
            } else {
                try (var rows = statement.executeQuery("SELECT id FROM information_schema.processlist"
                        + " WHERE db = DATABASE() AND id <> CONNECTION_ID()")) {
                    while (rows.next()) {
                        try (Statement kill = connection.createStatement()) {
                            kill.execute("KILL CONNECTION " + rows.getLong(1));
                        } catch (SQLException e) {
                            // one that was closed before, and is gone by now
                            assertThat(e.getErrorCode()).isEqualTo(NO_SUCH_THREAD);
                        }
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void aDatabaseWithoutTheTablesNamesTheCommandThatMakesThem(Databases kind) {
        database = kind.empty();
        storage = database.storage("production");

        assertThatThrownBy(storage::head)
                .isInstanceOf(StoreMissingException.class)
                .hasMessageContaining("flags db migrate")
                .hasMessageContaining("127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void aColumnThatIsMissingIsNamed(Databases kind) throws SQLException {
        open(kind);
        database.execute("ALTER TABLE flags_flag DROP COLUMN updated_by");

        assertThatThrownBy(storage::load)
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("updated_by")
                .hasMessageContaining("flags db migrate");
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void anotherGenerationIsRefused(Databases kind) throws SQLException {
        open(kind);
        database.execute("UPDATE flags_store SET generation = 7");

        assertThatThrownBy(storage::head)
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("version 7")
                .hasMessageContaining("version " + SchemaVersion.SUPPORTED);
    }

    @Test
    void aDatabaseThatIsReadOnlyIsReadAndRefusesCommitsClearly() throws SQLException {
        open(Databases.POSTGRESQL);
        storage.attempt(Appends.touching("a"));
        database.execute("ALTER DATABASE " + database.select("SELECT current_database()")
                + " SET default_transaction_read_only = on");

        refusesAsReadOnly(database);
    }

    @Test
    void aReplicaIsReadAndRefusesCommitsClearly() throws SQLException {
        open(Databases.MARIADB);
        storage.attempt(Appends.touching("a"));
        database.execute(
                "CREATE OR REPLACE USER writer@'%' IDENTIFIED BY 'w'",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON " + database.select("SELECT DATABASE()") + ".* TO writer@'%'",
                "SET GLOBAL read_only = 1");
        try {
            refusesAsReadOnly(database.as("writer", "w"));
        } finally {
            database.execute("SET GLOBAL read_only = 0");
        }
    }

    private static void refusesAsReadOnly(TestDatabase database) {
        try (JdbcStorage readOnly = database.storage("production")) {
            assertThat(readOnly.load().flags()).hasSize(1);
            assertThatThrownBy(() -> readOnly.attempt(Appends.touching("a")))
                    .isInstanceOf(NotPermittedException.class)
                    .hasMessageContaining("read-only")
                    .hasMessageContaining("nothing was written");
            assertThat(readOnly.head().revision()).isEqualTo(1);
        }
    }

    @Test
    void aCommitThatIsLargerThanTheServerTakesNamesTheLimit() {
        open(Databases.MARIADB);
        String large = "x".repeat(17 << 20);

        assertThatThrownBy(() -> storage.attempt(view ->
                        Appends.append(view, List.of(new StoredFlag("a", 1, large, null, null, Instant.EPOCH, "ada")))))
                .isInstanceOf(FlagsException.class)
                // by its number, which only we say: the server's own words may be lost with the connection that it ends
                .hasMessageContaining("max_allowed_packet is 16777216")
                .hasMessageContaining("nothing was written");
        assertThat(storage.head().revision()).isZero();
        storage.attempt(Appends.touching("a"));
        assertThat(storage.head().revision()).isEqualTo(1);
    }

    @Test
    void noMoreConnectionsIsSaidAsSuch() throws SQLException {
        open(Databases.POSTGRESQL);
        database.execute("DROP ROLE IF EXISTS crowded", "CREATE ROLE crowded LOGIN PASSWORD 'c' CONNECTION LIMIT 0");

        try (JdbcStorage crowded = database.as("crowded", "c").storage("production")) {
            assertThatThrownBy(crowded::head)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("too many connections");
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void theExaminationFindsNothingWrongWithAFreshStore(Databases kind) {
        open(kind);
        storage.attempt(Appends.touching("a"));

        Map<String, Finding.Verdict> verdicts =
                storage.examine().stream().collect(Collectors.toMap(Finding::subject, Finding::verdict));

        assertThat(verdicts).doesNotContainValue(Finding.Verdict.FAIL);
        assertThat(verdicts).containsEntry("rows", Finding.Verdict.OK).containsEntry("clock", Finding.Verdict.OK);
        // the test servers run without waiting for the disk, and that is found
        assertThat(verdicts)
                .containsEntry(
                        kind == Databases.POSTGRESQL ? "fsync" : "innodb_flush_log_at_trx_commit",
                        Finding.Verdict.WARN);
    }

    @Test
    void anEnvironmentsNameMustBeOne() {
        for (String name : List.of("", " ", "pro duction", "{x}", "x".repeat(101))) {
            assertThatThrownBy(() -> JdbcFlagStore.open("jdbc:postgresql://127.0.0.1:1/x", name))
                    .isInstanceOf(FlagsException.class);
        }
    }

    @Test
    void anAddressWithoutAServerIsUnavailableWithinTheTimeout() {
        try (JdbcFlagStore store = JdbcFlagStore.builder(
                        "jdbc:postgresql://127.0.0.1:1/x?password=hidden", "production")
                .open()) {
            assertThatThrownBy(store::head)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("127.0.0.1:1")
                    .hasMessageNotContaining("hidden");
        }
    }
}
