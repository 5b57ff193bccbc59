package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.store.Actor;
import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.Feed;
import dev.flags.store.Finding;
import dev.flags.store.FlagStore;
import dev.flags.store.NotPermittedException;
import dev.flags.store.ScheduledChange;
import dev.flags.store.Storage;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What each role may do, by the server's own refusal. */
class RolesTest {
    private static final List<String> TABLES = List.of(
            "flags_store",
            "flags_environment",
            "flags_flag",
            "flags_kill",
            "flags_rollout",
            "flags_segment",
            "flags_segment_member",
            "flags_audit",
            "flags_audit_key",
            "flags_lease",
            "flags_evidence");

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MARIADB_BY_MYSQL_DRIVER")
    void theApplicationReadsAndFollowsAndTheServerRefusesEveryWriteOfIt(Databases kind) throws Exception {
        TestDatabase database = withRoles(kind);
        try (JdbcStorage administrator = as("administrator", database);
                JdbcStorage application = as("application", database);
                Feed feed = application.feed()) {
            administrator.attempt(Appends.touching("a"));

            assertThat(application.load().flags()).hasSize(1);
            assertThat(application.entriesAfter(0, 10)).hasSize(1);
            assertThat(application.environments()).containsExactly("production");
            assertThat(application.members().orElseThrow().among("vip", "v1", List.of("ada")))
                    .isEmpty();
            assertThat(application.login().orElseThrow()).startsWith("flags_application");

            Feed.Awaited unchanged = feed.await(application.head(), Duration.ofMillis(50));
            assertThat(unchanged).isEqualTo(new Feed.Awaited.Unchanged());
            administrator.attempt(Appends.touching("a"));
            assertThat(feed.entriesAfter(1, 10)).hasSize(1);

            assertThatThrownBy(() -> application.attempt(Appends.touching("a")))
                    .isInstanceOf(NotPermittedException.class)
                    .hasMessageContaining("flags_application")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(() -> application.removeEntries(1)).isInstanceOf(NotPermittedException.class);
            assertThatThrownBy(() -> application.members().orElseThrow().add("vip", "v1", List.of("ada")))
                    .isInstanceOf(NotPermittedException.class);
            assertThat(application.examine())
                    .anySatisfy(finding -> {
                        assertThat(finding.subject()).isEqualTo("permission");
                        assertThat(finding.text()).contains("may read and not commit");
                    })
                    .noneMatch(finding -> finding.verdict() == Finding.Verdict.FAIL);
            assertThat(administrator.head().revision()).isEqualTo(2);
        }
        for (String table : TABLES) {
            refused(database, "application", "DELETE FROM " + table);
            refused(database, "application", "UPDATE " + table + " SET " + column(table) + " = " + column(table));
        }
        refused(database, "application", "DROP TABLE flags_flag");
        refused(database, "application", "CREATE TABLE flags_own (a INTEGER)");
        refused(
                database,
                "application",
                "INSERT INTO flags_kill (environment, flag_key, document) VALUES ('e', 'k', '{}')");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MARIADB_BY_MYSQL_DRIVER")
    void outcomesAreReportedByTheApplicationAndLeaseAndRecordsAreKeptByTheOthers(Databases kind) throws Exception {
        TestDatabase database = withRoles(kind);
        try (JdbcStorage application = as("application", database)) {
            OutcomeStorage outcomes = application.outcomes().orElseThrow();
            OutcomeRow row = OutcomeRows.row("run-1", "i1", outcomes.now());
            outcomes.put(List.of(OutcomeRows.row("run-1", "i1", outcomes.now().minus(Duration.ofDays(1)))));
            outcomes.put(List.of(row));
            outcomes.put(List.of(row));
            ControllerRecords records = application.controllerRecords().orElseThrow();
            Lease lease = new Lease("ada", 1, Instant.MAX);
            for (Runnable refused : List.<Runnable>of(
                    () -> records.acquire("ada", Duration.ofMinutes(1)),
                    () -> records.write(lease, Map.of("a", Optional.of("{}"))),
                    () -> records.release(lease),
                    records::holder,
                    () -> records.read("a"))) {
                assertThatThrownBy(refused::run)
                        .isInstanceOf(NotPermittedException.class)
                        .hasMessageContaining("flags_application");
            }
            for (String role : List.of("controller", "administrator")) {
                try (JdbcStorage other = as(role, database)) {
                    assertThat(other.outcomes()
                                    .orElseThrow()
                                    .read("run-1", row.window())
                                    .rows())
                            .containsExactly(row);
                    ControllerRecords own = other.controllerRecords().orElseThrow();
                    Lease taken = own.acquire(role, Duration.ofMinutes(1)).orElseThrow();
                    assertThat(own.write(taken, Map.of("a", Optional.of("{}"), "b", Optional.of("{}"))))
                            .isTrue();
                    assertThat(own.write(taken, Map.of("a", Optional.of("{}"), "b", Optional.empty())))
                            .isTrue();
                    assertThat(own.read("a")).contains("{}");
                    own.release(taken);
                }
            }
        }
        refused(
                database,
                "application",
                "INSERT INTO flags_evidence (environment, name, document) VALUES ('e', 'k', '')");
        refused(
                database,
                "application",
                "INSERT INTO flags_lease (environment, holder, fence, until_at) VALUES ('e', 'h', 1, 1)");
        refused(database, "application", "DROP TABLE flags_outcome");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MARIADB_BY_MYSQL_DRIVER")
    void theControllerMovesRolloutsAndNothingElse(Databases kind) throws Exception {
        TestDatabase database = withRoles(kind);
        try (JdbcStorage administrator = as("administrator", database);
                JdbcStorage controller = as("controller", database)) {
            administrator.attempt(view -> Appends.append(view, List.of(flag(view, "a", "{}", null))));
            administrator.attempt(view -> Appends.append(view, List.of(flag(view, "killed", "{}", null))));

            controller.attempt(view -> Appends.append(view, List.of(flag(view, "a", "{}", "{\"stage\":2}"))));
            controller.attempt(view -> Appends.append(view, List.of(flag(view, "a", "{}", "{\"stage\":3}"))));
            controller.attempt(view -> Appends.append(view, List.of(flag(view, "a", "{}", null))));
            assertThat(controller.head().revision()).isEqualTo(5);

            NotPermittedException lifting = refusedCommit(controller, List.of("killed"), null, List.of());
            assertThat(lifting).hasMessageContaining("flags_controller").hasMessageContaining("flags_kill");
            assertThat(refusedCommit(controller, List.of("new"), null, List.of()))
                    .hasMessageContaining("flags_flag");
            assertThat(refusedCommit(controller, List.of(), null, List.of(new StoredSegment("s", 6, "{}"))))
                    .hasMessageContaining("flags_segment");
            try (JdbcStorage elsewhere =
                    database.as("flags_controller", "secret-controller").storage("elsewhere")) {
                refusedCommit(elsewhere, List.of("a"), null, List.of());
            }
            assertThat(administrator.head().revision()).isEqualTo(5);
        }
        for (String table : TABLES) {
            if (!List.of("flags_rollout", "flags_evidence").contains(table)) {
                refused(database, "controller", "DELETE FROM " + table);
            }
        }
        refused(database, "controller", "UPDATE flags_audit SET hash = ''");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MARIADB_BY_MYSQL_DRIVER")
    void theControllerMakesScheduledChanges(Databases kind) throws Exception {
        TestDatabase database = withRoles(kind);
        try (FlagStore administrator = new StorageFlagStore(as("administrator", database));
                FlagStore controller = new StorageFlagStore(as("controller", database))) {
            FlagAdmin admin = new FlagAdmin(administrator, new Actor("ada", "ada", "here"));
            WriteOptions because = WriteOptions.because("the launch");
            admin.create(FlagDefinition.builder("a").build(), because);
            admin.schedule("a", Percentage.of(50), administrator.now().plusSeconds(4), because);
            ScheduledChange change = controller.settings().scheduled().get(0);
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> change.isDue(controller.now()));

            assertThat(new FlagAdmin(controller, new Actor("controller", "flags", "there"))
                            .runScheduled(change.id(), WriteOptions.DEFAULT))
                    .isInstanceOf(WriteOutcome.Done.class);
            assertThat(administrator.flag("a").definition().orElseThrow().percentage())
                    .isEqualTo(Percentage.of(50));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MARIADB_BY_MYSQL_DRIVER")
    void theAdministratorDoesEverythingExceptChangingTheHistory(Databases kind) throws Exception {
        TestDatabase database = withRoles(kind);
        try (JdbcStorage administrator = as("administrator", database)) {
            administrator.attempt(view -> with(
                    Appends.append(view, List.of(flag(view, "a", "{}", "{}"))),
                    "{\"frozen\":true}",
                    List.of(new StoredSegment("s", 1, "{}")),
                    false));
            administrator.attempt(view -> with(
                    Appends.append(view, List.of(flag(view, "a", null, null))),
                    "{\"frozen\":false}",
                    List.of(new StoredSegment("s", 2, null)),
                    false));
            administrator.attempt(view ->
                    with(Appends.append(view, List.of(flag(view, "b", null, null))), null, List.of(), true));
            administrator.members().orElseThrow().add("s", "v1", List.of("ada"));
            administrator.members().orElseThrow().remove("s", "v1");
            administrator.removeEntries(2);

            assertThat(administrator.load().missing()).isEmpty();
            assertThat(administrator.load().flags()).extracting(StoredFlag::key).containsExactly("b");
            assertThat(administrator.entriesAfter(0, 10)).hasSize(1);
        }
        refused(database, "administrator", "UPDATE flags_audit SET hash = ''");
        refused(database, "administrator", "UPDATE flags_audit_key SET revision = 1");
        refused(database, "administrator", "DROP TABLE flags_audit");
        refused(database, "administrator", "UPDATE flags_store SET generation = 2");
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void aWrongPasswordIsRefusedNamingTheLoginAndTheNextOneIsAskedFor(Databases kind) throws Exception {
        TestDatabase database = withRoles(kind);
        if (kind == Databases.POSTGRESQL) {
            Databases.postgres().requirePasswords();
        }
        AtomicReference<String> password = new AtomicReference<>("not-this-one");
        try (JdbcFlagStore store = JdbcFlagStore.builder(database.url(), "production")
                .user("flags_application")
                .password(password::get)
                .open()) {
            assertThatThrownBy(store::head)
                    .isInstanceOf(NotPermittedException.class)
                    .hasMessageContaining("flags_application")
                    .hasMessageNotContaining("not-this-one");

            password.set("secret-application");

            assertThat(store.head().revision()).isZero();
        }
    }

    private static TestDatabase withRoles(Databases kind) throws SQLException, IOException {
        TestDatabase database = kind.migrated();
        makeRoles(kind, database);
        String script = SqlScripts.resource(
                kind == Databases.POSTGRESQL
                        ? "/dev/flags/jdbc/roles/postgresql.sql"
                        : "/dev/flags/jdbc/roles/mysql.sql");
        SqlScripts.run(database, script);
        assertThatCode(() -> SqlScripts.run(database, script)).doesNotThrowAnyException();
        return database;
    }

    private static void makeRoles(Databases kind, TestDatabase database) throws SQLException {
        for (String role : List.of("application", "controller", "administrator")) {
            String name = "flags_" + role;
            if (kind != Databases.POSTGRESQL) {
                database.execute("CREATE OR REPLACE USER " + name + "@'%' IDENTIFIED BY 'secret-" + role + "'");
            } else if (database.select("SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'")
                    .isEmpty()) {
                database.execute("CREATE ROLE " + name + " LOGIN PASSWORD 'secret-" + role + "'");
            }
        }
        if (kind == Databases.POSTGRESQL) {
            database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        }
    }

    private static JdbcStorage as(String role, TestDatabase database) {
        return database.as("flags_" + role, "secret-" + role).storage("production");
    }

    private static String column(String table) {
        return table.equals("flags_store") ? "generation" : "environment";
    }

    private static void refused(TestDatabase database, String role, String sql) throws SQLException {
        try (Connection connection =
                        database.as("flags_" + role, "secret-" + role).connect();
                Statement statement = connection.createStatement()) {
            Failures failures = Dialect.of(connection).failures();
            assertThatThrownBy(() -> statement.execute(sql))
                    .as(role + ": " + sql)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(failures.kind(e)).isEqualTo(Failures.Kind.REFUSED));
        }
    }

    private static NotPermittedException refusedCommit(
            JdbcStorage storage, List<String> keys, String settings, List<StoredSegment> segments) {
        try {
            storage.attempt(view -> with(
                    Appends.append(
                            view,
                            keys.stream()
                                    .map(key -> flag(view, key, null, null))
                                    .toList()),
                    settings,
                    segments,
                    false));
        } catch (NotPermittedException e) {
            return e;
        }
        throw new AssertionError("was not refused");
    }

    private static StoredFlag flag(Storage.View view, String key, String kill, String rollout) {
        return new StoredFlag(key, view.head().revision() + 1, "{}", kill, rollout, Instant.EPOCH, "ada");
    }

    private static Storage.Append with(
            Storage.Append append, String settings, List<StoredSegment> segments, boolean replacing) {
        return new Storage.Append(
                append.epoch(),
                append.entry(),
                Set.copyOf(append.keys()),
                append.flags(),
                segments,
                settings,
                replacing);
    }
}
