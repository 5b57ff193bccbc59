package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.store.Head;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreMissingException;
import dev.flags.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are missing, foreign, damaged, locked or exchanged under a store. */
class SqliteFileTest {
    @TempDir
    Path directory;

    private Path path;
    private final List<JdbcStorage> opened = new ArrayList<>();

    @BeforeEach
    void name() {
        path = directory.resolve("flags.db");
    }

    @AfterEach
    void close() {
        opened.forEach(JdbcStorage::close);
    }

    private JdbcStorage open() {
        JdbcStorage storage = new JdbcStorage(
                new SqliteConnections(new SqliteFile(path, Duration.ofMillis(100))),
                "production",
                Duration.ofMillis(20));
        opened.add(storage);
        return storage;
    }

    private JdbcStorage make() {
        JdbcMigrations.migrate("jdbc:sqlite:" + path);
        return open();
    }

    @Test
    void aMissingFileIsNamedByItsAbsolutePathAndNotMade() {
        assertThatThrownBy(() -> open().head())
                .isInstanceOf(StoreMissingException.class)
                .hasMessageContaining(path.toAbsolutePath().toString());
        assertThatThrownBy(() -> open().attempt(Appends.touching("a"))).isInstanceOf(StoreMissingException.class);
        assertThat(path).doesNotExist();
    }

    @Test
    void aStoreThatAppearsLaterIsFound() {
        JdbcStorage storage = open();
        assertThatThrownBy(storage::head).isInstanceOf(StoreMissingException.class);

        make().attempt(Appends.touching("a"));

        assertThat(storage.head().revision()).isEqualTo(1);
    }

    @Test
    void makingAStoreLeavesNothingElseInTheDirectory() throws IOException {
        make();

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void ofManyWhoMakeTheStoreAtOnceAndCommitNoneLosesItsCommit() throws Exception {
        int many = 8;
        CyclicBarrier together = new CyclicBarrier(many);
        ExecutorService makers = Executors.newFixedThreadPool(many);
        try {
            List<Future<?>> made = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                String key = "flag-" + i;
                made.add(makers.submit(() -> {
                    together.await();
                    JdbcMigrations.migrate("jdbc:sqlite:" + path);
                    try (JdbcStorage storage = new JdbcStorage(
                            new SqliteConnections(new SqliteFile(path, Duration.ofMinutes(1))),
                            "production",
                            Duration.ofSeconds(1))) {
                        return storage.attempt(Appends.touching(key));
                    }
                }));
            }
            for (Future<?> each : made) {
                each.get(120, TimeUnit.SECONDS);
            }
        } finally {
            makers.shutdownNow();
        }

        assertThat(open().load().flags()).hasSize(many);
        assertThat(JdbcMigrations.pending("jdbc:sqlite:" + path)).isEmpty();
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        path = directory.resolve("no").resolve("flags.db");

        assertThatThrownBy(this::make).isInstanceOf(StoreMissingException.class).hasMessageContaining(path.toString());
    }

    @Test
    void theLogOfADatabaseThatIsGoneIsNotMixedIntoANewOne() throws IOException {
        Files.writeString(directory.resolve("flags.db-wal"), "frames");

        assertThatThrownBy(this::make).isInstanceOf(StoreDamagedException.class).hasMessageContaining("flags.db-wal");
        assertThat(path).doesNotExist();
    }

    @Test
    void aTextFileIsNotAStore() throws IOException {
        Files.writeString(path, "{\"flags\": []}\n".repeat(200));

        assertThatThrownBy(() -> open().head())
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining(path + " is not an SQLite file");
        assertThatThrownBy(this::make).isInstanceOf(StoreDamagedException.class);
        assertThat(path).content().startsWith("{\"flags\"");
    }

    @Test
    void aDirectoryIsNotAStore() throws IOException {
        Files.createDirectory(path);

        assertThatThrownBy(() -> open().head())
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("directory");
    }

    @Test
    void aFileWithNothingInItIsNotAStoreUntilItIsMigrated() throws IOException {
        Files.createFile(path);
        JdbcStorage storage = open();
        assertThatThrownBy(storage::head)
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("db migrate");

        JdbcMigrations.migrate("jdbc:sqlite:" + path);

        assertThat(storage.head().revision()).isZero();
    }

    @Test
    void anotherApplicationsDatabaseIsNotAStoreAndIsLeftAlone() throws SQLException {
        execute("CREATE TABLE invoices (id INTEGER)");

        assertThatThrownBy(() -> open().attempt(Appends.touching("a")))
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining(path.toString());
        assertThat(tables()).containsExactly("invoices");
    }

    @Test
    void aDamagedFileIsSaidToBeDamaged() throws IOException {
        JdbcStorage storage = make();
        storage.attempt(Appends.touching(
                IntStream.range(0, 500).mapToObj(i -> "flag-" + i).toArray(String[]::new)));
        storage.close();
        byte[] bytes = Files.readAllBytes(path);
        Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5a);
        Files.write(path, bytes);

        assertThatThrownBy(() -> open().load())
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining(path.toString());
    }

    @Test
    void aStoreWithATableMissingIsSaidToBeDamaged() throws SQLException {
        JdbcStorage storage = make();
        execute("DROP TABLE flags_kill");

        assertThatThrownBy(storage::load)
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("flags_kill");
    }

    @Test
    void aNewerSchemaIsRefusedNamingBothVersions() throws SQLException {
        make();
        execute("UPDATE flags_store SET generation = 7");

        assertThatThrownBy(() -> open().head())
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("version 7")
                .hasMessageContaining("version " + SchemaVersion.SUPPORTED);
    }

    @Test
    void aNewerReleasesAdditionsDoNotStopThisOne() throws SQLException {
        JdbcStorage storage = make();
        execute("INSERT INTO flags_schema_history SELECT 2, '1.1', 'more', type, 'V1.1__more.sql', 1, installed_by,"
                + " installed_on, 1, 1 FROM flags_schema_history WHERE version = '1'");
        execute("ALTER TABLE flags_flag ADD COLUMN more TEXT");

        storage.attempt(Appends.touching("a"));

        assertThat(open().flag("a")).isNotNull();
        assertThat(JdbcMigrations.migrate("jdbc:sqlite:" + path)).isEmpty();
    }

    @Test
    void anOlderSchemaNamesTheCommandThatHelps() throws SQLException {
        make();
        execute("UPDATE flags_store SET generation = -1");

        assertThatThrownBy(() -> open().head())
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("flags db migrate");
    }

    @Test
    void aLockThatIsHeldTooLongIsReportedAndNotWaitedForForEver() throws SQLException {
        JdbcStorage storage = make();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");

            assertThatThrownBy(() -> storage.attempt(Appends.touching("a")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(path.toString());
            assertThat(storage.head().revision()).isZero();
            statement.execute("ROLLBACK");
        }

        storage.attempt(Appends.touching("a"));
        assertThat(storage.head().revision()).isEqualTo(1);
    }

    @Test
    void aFileThatIsDeletedWhileInUseIsMissingAndNeitherReadNorWrittenOn() throws IOException {
        JdbcStorage storage = make();
        storage.attempt(Appends.touching("a"));
        storage.head();

        deleteStore();

        assertThatThrownBy(storage::head).isInstanceOf(StoreMissingException.class);
        assertThatThrownBy(() -> storage.attempt(Appends.touching("a"))).isInstanceOf(StoreMissingException.class);
    }

    @Test
    void aFileThatIsReplacedWhileInUseShowsAnotherEpoch() throws IOException {
        JdbcStorage storage = make();
        storage.attempt(Appends.touching("a"));
        Head before = storage.head();
        Path original = path;
        path = directory.resolve("other.db");
        try (JdbcStorage other = make()) {
            other.attempt(Appends.touching("b"));
        }
        path = original;

        deleteStore();
        Files.move(directory.resolve("other.db"), path, StandardCopyOption.ATOMIC_MOVE);

        assertThat(storage.head().epoch()).isNotEqualTo(before.epoch());
        assertThat(storage.flag("b")).isNotNull();
        storage.attempt(Appends.touching("c"));
        assertThat(open().head().revision()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:sqlite:",
                "jdbc:sqlite::memory:",
                "jdbc:sqlite:file:x.db",
                "jdbc:sqlite:x.db?journal_mode=off",
                "jdbc:postgresql://ada:secret@db/app?password=secret",
                "x.db"
            })
    void anAddressThatIsNotAnSqliteFileIsRefusedWithoutRepeatingSecrets(String url) {
        assertThatThrownBy(() -> JdbcFlagStore.sqlitePath(url))
                .isInstanceOf(FlagsException.class)
                .hasMessageNotContaining("secret")
                .hasMessageContaining("jdbc:sqlite:PATH");
    }

    private void deleteStore() throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(directory.resolve("flags.db" + suffix));
        }
    }

    private List<String> tables() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name FROM sqlite_master")) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
