package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.flags.outcomes.OutcomeStorage;
import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.Feed;
import dev.flags.store.Finding;
import dev.flags.store.SegmentMembers;
import dev.flags.store.StoredFlag;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * New code works on the schema of each release, and released code goes on working on a newer schema of its generation. The kept
 * schemas are under {@code released}, with a page on how to add the next.
 */
class SchemaCompatibilityTest {
    private static final List<String> RELEASES = List.of("0.1");

    /** What a next step may look like: it adds, and nothing that today's code writes has to know. */
    private static final String MADE_UP_STEP = """
            ALTER TABLE flags_environment ADD COLUMN note VARCHAR(100);
            ALTER TABLE flags_flag ADD COLUMN owner VARCHAR(100) DEFAULT 'nobody';
            ALTER TABLE flags_audit ADD COLUMN signature VARCHAR(100);
            ALTER TABLE flags_segment_member ADD COLUMN added_at BIGINT DEFAULT 0;
            ALTER TABLE flags_lease ADD COLUMN host VARCHAR(100);
            ALTER TABLE flags_evidence ADD COLUMN written_at BIGINT DEFAULT 0;
            ALTER TABLE flags_outcome ADD COLUMN flag_key VARCHAR(100);
            CREATE TABLE flags_instance (environment VARCHAR(100) NOT NULL, id VARCHAR(100) NOT NULL, PRIMARY KEY (environment, id));
            """;

    @TempDir
    Path directory;

    static Stream<Arguments> releasesAndKinds() {
        return RELEASES.stream()
                .flatMap(
                        release -> Stream.of("sqlite", "postgresql", "mysql").map(kind -> Arguments.of(release, kind)));
    }

    @ParameterizedTest
    @MethodSource("releasesAndKinds")
    void todaysCodeWorksOnTheSchemaOfEachRelease(String release, String kind) throws Exception {
        TestDatabase database = empty(kind);
        for (String script : released(release, kind)) {
            SqlScripts.run(database, script);
        }

        everythingWorks(database);
    }

    @ParameterizedTest
    @MethodSource("releasesAndKinds")
    void codeWorksOnASchemaThatHasGrownSince(String release, String kind) throws Exception {
        TestDatabase database = empty(kind);
        for (String script : released(release, kind)) {
            SqlScripts.run(database, script);
        }
        SqlScripts.run(database, MADE_UP_STEP);

        everythingWorks(database);
    }

    @ParameterizedTest
    @MethodSource("releasesAndKinds")
    void aReleasedScriptIsNeverChanged(String release, String kind) throws Exception {
        Path folder = folder(release, kind);
        try (Stream<Path> scripts = Files.list(folder)) {
            for (Path script : scripts.toList()) {
                assertThat(JdbcMigrations.script(
                                "jdbc:" + kind + ":", script.getFileName().toString()))
                        .as(script.getFileName() + " of " + release + " for " + kind)
                        .isEqualTo(Files.readString(script));
            }
        }
    }

    /** A database that one's own tool migrated is not migrated by Flyway into the bargain. */
    @Test
    void tablesThatAnotherToolMadeAreLeftToThatTool() throws Exception {
        TestDatabase database = empty("postgresql");
        SqlScripts.run(database, JdbcMigrations.script(database.url(), "V1__flags.sql"));

        assertThat(catchThrowable(() -> JdbcMigrations.migrate(database.url(), database.login(), database.secret())))
                .hasMessageContaining("another tool");
        everythingWorks(database);
    }

    @Test
    void aMigrationThatWasCutShortIsFinishedByTheNext() throws Exception {
        TestDatabase database = Databases.MARIADB.empty();
        // as if the server had gone away after the second table
        String script = JdbcMigrations.script(database.url(), "V1__flags.sql");
        SqlScripts.run(database, script.substring(0, script.indexOf("CREATE TABLE IF NOT EXISTS flags_kill")));
        try (JdbcStorage storage = database.storage("production")) {
            assertThat(catchThrowable(storage::head)).hasMessageContaining("flags db migrate");
        }

        assertThat(JdbcMigrations.migrate(database.url(), database.login(), database.secret()))
                .containsExactly("V1__flags.sql");

        everythingWorks(database);
    }

    private void everythingWorks(TestDatabase database) throws Exception {
        try (JdbcStorage storage = storage(database);
                Feed feed = storage.feed()) {
            storage.attempt(Appends.touching("a", "b"));
            storage.attempt(view -> Appends.append(
                    view,
                    List.of(new StoredFlag("a", 2, "{}", "{\"killed\":1}", "{\"run\":1}", Instant.EPOCH, "ada"))));
            assertThat(storage.load().flags()).extracting(StoredFlag::key).containsExactly("a", "b");
            assertThat(storage.load().missing()).isEmpty();
            assertThat(feed.entriesAfter(0, 10)).hasSize(2);
            assertThat(feed.head().revision()).isEqualTo(2);
            SegmentMembers members = storage.members().orElseThrow();
            members.add("vip", "v1", List.of("ada"));
            assertThat(members.among("vip", "v1", List.of("ada", "bob"))).containsExactly("ada");
            members.remove("vip", "v1");
            ControllerRecords records = storage.controllerRecords().orElseThrow();
            Lease lease = records.acquire("ada", Duration.ofMinutes(1)).orElseThrow();
            assertThat(records.write(lease, Map.of("a", Optional.of("{}"), "b", Optional.empty())))
                    .isTrue();
            assertThat(records.read("a")).contains("{}");
            OutcomeStorage outcomes = storage.outcomes().orElseThrow();
            outcomes.put(List.of(OutcomeRows.row("run-1", "i1", outcomes.now())));
            outcomes.put(List.of(OutcomeRows.row("run-1", "i1", outcomes.now())));
            assertThat(outcomes.read("run-1", Instant.EPOCH).rows()).isNotEmpty();
            storage.removeEntries(1);
            assertThat(storage.entriesAfter(0, 10)).hasSize(1);
            assertThat(storage.environments()).containsExactly("production");
            assertThat(storage.examine()).noneMatch(finding -> finding.verdict() == Finding.Verdict.FAIL);
        }
    }

    private JdbcStorage storage(TestDatabase database) {
        return database.url().startsWith(SqliteFile.PREFIX)
                ? new JdbcStorage(
                        new SqliteConnections(new SqliteFile(SqliteFile.pathOf(database.url()), Duration.ofSeconds(5))),
                        "production",
                        Duration.ofMillis(20))
                : database.storage("production");
    }

    private TestDatabase empty(String kind) {
        return switch (kind) {
            case "sqlite" -> new TestDatabase("jdbc:sqlite:" + directory.resolve("flags.db"), "", "");
            case "postgresql" -> Databases.POSTGRESQL.empty();
            default -> Databases.MARIADB.empty();
        };
    }

    private static List<String> released(String release, String kind) throws Exception {
        try (Stream<Path> scripts = Files.list(folder(release, kind))) {
            List<String> texts = new ArrayList<>();
            for (Path script : scripts.sorted().toList()) {
                texts.add(Files.readString(script));
            }
            return texts;
        }
    }

    private static Path folder(String release, String kind) throws Exception {
        URI found = Objects.requireNonNull(
                        SchemaCompatibilityTest.class.getResource("released/" + release + "/" + kind))
                .toURI();
        return Path.of(found);
    }
}
