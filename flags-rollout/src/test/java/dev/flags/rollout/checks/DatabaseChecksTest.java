package dev.flags.rollout.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.rollout.Precondition;
import dev.flags.rollout.Precondition.DatabaseObject;
import dev.flags.rollout.Precondition.Kind;
import dev.flags.rollout.Precondition.Migration;
import dev.flags.rollout.Precondition.MigrationTool;
import dev.flags.rollout.Precondition.QueryIsTrue;
import dev.flags.servers.MariaDbServer;
import dev.flags.servers.PostgresServer;
import dev.flags.store.InMemoryFlagStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On real servers: PostgreSQL, MariaDB by its own driver and by MySQL's, and a file of SQLite. */
class DatabaseChecksTest {
    private static final String FLYWAY = """
            CREATE TABLE flyway_schema_history (installed_rank INT PRIMARY KEY, version VARCHAR(50), description VARCHAR(200),
            type VARCHAR(20), success BOOLEAN NOT NULL);
            INSERT INTO flyway_schema_history VALUES (1, '5', 'base', 'BASELINE', true), (2, '41', 'a', 'SQL', true),
            (3, '042', 'b', 'SQL', true), (4, '43', 'c', 'SQL', false), (5, '44', 'd', 'SQL', true),
            (6, '44', 'd', 'UNDO_SQL', true), (7, '45.1', 'e', 'JDBC', true), (8, NULL, 'repeatable', 'SQL', true)""";

    private static final String LIQUIBASE = """
            CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255), AUTHOR VARCHAR(255), FILENAME VARCHAR(255), ORDEREXECUTED INT,
            EXECTYPE VARCHAR(10));
            INSERT INTO DATABASECHANGELOG VALUES ('create-project', 'ada', 'db/changes.xml', 1, 'EXECUTED'),
            ('broken', 'ada', 'db/changes.xml', 2, 'FAILED'), ('again', 'ada', 'db/changes.xml', 3, 'RERAN')""";

    private static final String OBJECTS = """
            CREATE TABLE orders (id INT PRIMARY KEY, paid_at VARCHAR(30));
            CREATE TABLE "MixedCase" ("theColumn" INT);
            CREATE VIEW open_orders AS SELECT id FROM orders""";

    @TempDir
    private static Path directory;

    private static PostgresServer postgres;
    private static MariaDbServer mariaDb;
    private static final Map<Server, Checks> CHECKS = new LinkedHashMap<>();

    enum Server {
        POSTGRESQL,
        MARIADB,
        MARIADB_BY_MYSQL_DRIVER,
        SQLITE
    }

    @BeforeAll
    static void start() throws Exception {
        postgres = PostgresServer.start();
        postgres.createDatabase("orders");
        mariaDb = MariaDbServer.start();
        mariaDb.execute("DROP USER IF EXISTS ''@'localhost'");
        mariaDb.execute("CREATE USER checker IDENTIFIED BY 'sesame'");
        mariaDb.execute("GRANT ALL ON *.* TO checker");
        mariaDb.createDatabase("orders");
        mariaDb.createDatabase("elsewhere");
        String mysql = mariaDb.jdbcUrl("orders")
                        .replace("jdbc:mariadb:", "jdbc:mysql:")
                        .replaceAll("[?].*", "") + "?sslMode=DISABLED";
        String sqlite = "jdbc:sqlite:" + directory.resolve("orders.db");
        fill(sqlite, "", "", OBJECTS, FLYWAY, LIQUIBASE);
        fill(
                mariaDb.jdbcUrl("orders"),
                mariaDb.user(),
                mariaDb.password(),
                OBJECTS.replace('"', '`'),
                FLYWAY,
                LIQUIBASE,
                "CREATE FUNCTION create_project_atomic(a INT) RETURNS INT DETERMINISTIC RETURN a",
                "CREATE FUNCTION elsewhere.far_away(a INT) RETURNS INT DETERMINISTIC RETURN a",
                "CREATE PROCEDURE purge_projects() SELECT 1");
        fill(
                postgres.jdbcUrl("orders"),
                postgres.superuser(),
                postgres.superuserPassword(),
                OBJECTS,
                FLYWAY,
                LIQUIBASE,
                "CREATE FUNCTION create_project_atomic(a INT) RETURNS INT LANGUAGE SQL AS 'SELECT a'",
                "CREATE FUNCTION create_project_atomic(a TEXT) RETURNS TEXT LANGUAGE SQL AS 'SELECT a'",
                "CREATE FUNCTION \"createProject\"() RETURNS INT LANGUAGE SQL AS 'SELECT 1'",
                "CREATE PROCEDURE purge_projects() LANGUAGE SQL AS 'SELECT 1'",
                "CREATE SCHEMA elsewhere",
                "CREATE FUNCTION elsewhere.far_away(a INT) RETURNS INT LANGUAGE SQL AS 'SELECT a'");
        open(Server.POSTGRESQL, postgres.jdbcUrl("orders"), postgres.superuser(), postgres.superuserPassword());
        open(Server.MARIADB, mariaDb.jdbcUrl("orders"), "checker", "sesame");
        open(Server.MARIADB_BY_MYSQL_DRIVER, mysql, "checker", "sesame");
        open(Server.SQLITE, sqlite, "", "");
    }

    @AfterAll
    static void stop() {
        postgres.close();
        mariaDb.close();
    }

    private static void fill(String url, String user, String password, String... scripts) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            for (String script : scripts) {
                for (String sql : script.split(";\n", -1)) {
                    statement.execute(sql);
                }
            }
        }
    }

    /** By the way that controllers take: through a file. */
    private static void open(Server server, String url, String user, String password) throws Exception {
        String text = """
                databases:
                  orders:
                    url: "%s"
                    user: "%s"
                    passwordEnv: PASSWORD
                    timeout: 1m
                queries:
                  truth: {database: orders, timeout: 1m, sql: "SELECT 1 = 1"}
                  letter: {database: orders, timeout: 1m, sql: "SELECT 't'"}
                  lie: {database: orders, timeout: 1m, sql: "SELECT 1 = 2"}
                  zero: {database: orders, timeout: 1m, sql: "SELECT 0.0"}
                  nothing: {database: orders, timeout: 1m, sql: "SELECT id FROM orders"}
                  unknown: {database: orders, timeout: 1m, sql: "SELECT NULL"}
                  word: {database: orders, timeout: 1m, sql: "SELECT 'perhaps'"}
                  two: {database: orders, timeout: 1m, sql: "SELECT 1 UNION ALL SELECT 2"}
                  broken: {database: orders, timeout: 1m, sql: "SELECT nonsense FROM nowhere"}
                  writes: {database: orders, timeout: 1m, sql: "INSERT INTO orders VALUES (7, NULL)"}
                  count: {database: orders, timeout: 1m, sql: "SELECT count(*) + 41 FROM flyway_schema_history WHERE version = '41'"}
                  share: {database: orders, timeout: 1m, sql: "SELECT 0.25"}
                  long: {database: orders, timeout: 1s, sql: "%s"}
                """.formatted(url, user, endless(server));
        Path file = Files.writeString(directory.resolve(server + ".yaml"), text);
        ControllerConfiguration read =
                new ConfigurationReader(file, name -> password.isEmpty() ? "none" : password).read();
        CHECKS.put(server, read.checks(new InMemoryFlagStore("test"), Optional.empty()));
    }

    private static String endless(Server server) {
        return switch (server) {
            case POSTGRESQL -> "SELECT 1 FROM pg_sleep(60)";
            case SQLITE ->
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0";
            default ->
                "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, seq_1_to_1000000";
        };
    }

    private static Checks.Answer ask(Server server, Precondition precondition) {
        return CHECKS.get(server).check(precondition);
    }

    private static void assertThere(Server server, Kind kind, String object) {
        assertThat(ask(server, new DatabaseObject(kind, object, "orders"))).isEqualTo(Checks.Answer.PASSED);
    }

    private static String whyNot(Server server, Kind kind, String object) {
        Checks.Answer answer = ask(server, new DatabaseObject(kind, object, "orders"));
        assertThat(answer.passed()).isFalse();
        return answer.why();
    }

    @ParameterizedTest
    @EnumSource
    void tablesViewsAndColumnsAreFound(Server server) {
        assertThere(server, Kind.TABLE, "orders");
        assertThere(server, Kind.TABLE, "open_orders");
        assertThere(server, Kind.TABLE, server == Server.MARIADB ? "`MixedCase`" : "\"MixedCase\"");
        assertThere(server, Kind.COLUMN, "orders.paid_at");
        assertThere(server, Kind.COLUMN, "\"MixedCase\".\"theColumn\"");
        assertThat(whyNot(server, Kind.TABLE, "order"))
                .startsWith("table order is not there in database orders (jdbc:")
                .contains("apply its migration first")
                .doesNotContain("?");
        assertThat(whyNot(server, Kind.COLUMN, "orders.paid")).contains("column orders.paid is not there");
        assertThat(whyNot(server, Kind.COLUMN, "nowhere.paid")).contains("nor is its table");
        assertThat(whyNot(server, Kind.COLUMN, "paid")).contains("write table.column");
        assertThat(whyNot(server, Kind.TABLE, "a; DROP TABLE orders --")).contains("is not there");
        assertThat(whyNot(server, Kind.TABLE, "a..b")).contains("is not a name in SQL");
    }

    @ParameterizedTest
    @EnumSource(names = "SQLITE", mode = EnumSource.Mode.EXCLUDE)
    void functionsAndProceduresAreFound(Server server) {
        assertThere(server, Kind.FUNCTION, "create_project_atomic");
        assertThere(server, Kind.FUNCTION, "CREATE_PROJECT_ATOMIC");
        assertThere(server, Kind.FUNCTION, "purge_projects");
        assertThere(server, Kind.FUNCTION, "elsewhere.far_away");
        assertThat(whyNot(server, Kind.FUNCTION, "far_away"))
                .startsWith("function far_away is not there in database orders (jdbc:")
                .contains("there is elsewhere.far_away");
        assertThat(whyNot(server, Kind.FUNCTION, "create_project")).contains("apply its migration first");
    }

    @Test
    void postgresqlFoldsCaseUnlessQuotedAndKnowsSignaturesAndItsSearchPath() {
        assertThere(Server.POSTGRESQL, Kind.FUNCTION, "\"createProject\"");
        assertThat(whyNot(Server.POSTGRESQL, Kind.FUNCTION, "createProject"))
                .contains("there is public.createProject")
                .contains("search path public");
        assertThere(Server.POSTGRESQL, Kind.FUNCTION, "create_project_atomic(integer)");
        assertThat(whyNot(Server.POSTGRESQL, Kind.FUNCTION, "create_project_atomic(uuid)"))
                .contains("is not there");
        assertThat(whyNot(Server.POSTGRESQL, Kind.TABLE, "MixedCase")).contains("there is public.MixedCase");
    }

    @Test
    void tablesOfMariaDbAreFilesWhoseCaseCounts() {
        assertThat(whyNot(Server.MARIADB, Kind.TABLE, "ORDERS"))
                .contains("is not there")
                .contains("show only what one may use");
        assertThere(Server.MARIADB, Kind.COLUMN, "orders.PAID_AT");
    }

    @Test
    void sqliteHasNoFunctionsToAskFor() {
        assertThat(whyNot(Server.SQLITE, Kind.FUNCTION, "create_project_atomic"))
                .contains("cannot be asked for functions");
    }

    @ParameterizedTest
    @EnumSource
    void aFlywayMigrationMustHaveBeenAppliedWithSuccess(Server server) {
        assertThat(flyway(server, "41").passed()).isTrue();
        assertThat(flyway(server, "42").passed()).isTrue();
        assertThat(flyway(server, "V42.0").passed()).isTrue();
        assertThat(flyway(server, "45_1").passed()).isTrue();
        assertThat(flyway(server, "3").passed()).as("before the baseline").isTrue();
        assertThat(flyway(server, "43").why())
                .contains("flyway migration 43 failed in database orders")
                .contains("repair it");
        assertThat(flyway(server, "44").why()).contains("was undone");
        assertThat(flyway(server, "46").why())
                .contains("is not applied")
                .contains("the newest that is applied is 45.1");
        assertThat(flyway(server, "x").why()).contains("'x' is not a version of Flyway's");
    }

    private static Checks.Answer flyway(Server server, String version) {
        return ask(server, new Migration(MigrationTool.FLYWAY, version, "orders"));
    }

    @ParameterizedTest
    @EnumSource
    void aChangeSetOfLiquibaseMustHaveBeenAppliedWithSuccess(Server server) {
        assertThat(liquibase(server, "create-project").passed()).isTrue();
        assertThat(liquibase(server, "again").passed()).isTrue();
        assertThat(liquibase(server, "db/changes.xml::create-project::ada").passed())
                .isTrue();
        assertThat(liquibase(server, "db/changes.xml::create-project::bob").why())
                .contains("is not applied");
        assertThat(liquibase(server, "broken").why()).contains("liquibase migration broken failed");
        assertThat(liquibase(server, "next").why()).contains("is not applied in database orders");
    }

    private static Checks.Answer liquibase(Server server, String id) {
        return ask(server, new Migration(MigrationTool.LIQUIBASE, id, "orders"));
    }

    @ParameterizedTest
    @EnumSource
    void aHistoryThatIsNotThereSaysSo(Server server) throws Exception {
        Database database = new Database(
                "orders",
                timeout -> {
                    throw new SQLException("unused");
                },
                "other.flyway",
                "\"no such\"",
                Duration.ofSeconds(1));
        assertThat(database.title()).isEqualTo("database orders");
        ControllerConfiguration renamed = new ConfigurationReader(
                        Files.writeString(
                                directory.resolve("renamed.yaml"),
                                Files.readString(directory.resolve(server + ".yaml"))
                                        .replace("timeout: 1m\nqueries", "flywayTable: flyway_of_others\nqueries")),
                        name -> server == Server.POSTGRESQL ? postgres.superuserPassword() : "none")
                .read();
        Checks checks = renamed.checks(new InMemoryFlagStore("test"), Optional.empty());
        if (server == Server.POSTGRESQL || server == Server.SQLITE) {
            assertThat(checks.check(new Migration(MigrationTool.FLYWAY, "41", "orders"))
                            .why())
                    .contains("has no table flyway_of_others")
                    .contains("flywayTable");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "truth, ''",
        "letter, ''",
        "lie, query lie gives",
        "zero, query zero gives 0",
        "nothing, query nothing gives no row",
        "unknown, query unknown gives null",
        "word, 'query word gives ''perhaps'', which is neither true nor false'",
        "two, query two gives several rows",
        "broken, query broken fails:"
    })
    void aQueryMustGiveTrue(String query, String why) {
        for (Server server : Server.values()) {
            Checks.Answer answer = ask(server, new QueryIsTrue(query));
            assertThat(answer.passed())
                    .as("%s on %s: %s", query, server, answer.why())
                    .isEqualTo(why.isEmpty());
            assertThat(answer.why()).startsWith(why);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aQueryCanOnlyRead(Server server) throws SQLException {
        Checks.Answer writes = ask(server, new QueryIsTrue("writes"));
        assertThat(writes.passed()).isFalse();
        assertThat(writes.why()).startsWith("query writes fails:").containsPattern("(?i)read.?only");
        assertThat(ask(server, new QueryIsTrue("nothing")).why()).contains("no row");
    }

    @ParameterizedTest
    @EnumSource
    void aQueryThatTakesTooLongIsEnded(Server server) {
        Checks.Answer answer = ask(server, new QueryIsTrue("long"));
        assertThat(answer.passed()).isFalse();
        assertThat(answer.why()).contains("query long fails");
    }

    @ParameterizedTest
    @EnumSource
    void aQueryMeasures(Server server) {
        Checks checks = CHECKS.get(server);
        assertThat(checks.measure("count").value()).hasValue(42);
        assertThat(checks.measure("share").value()).hasValue(0.25);
        assertThat(checks.measure("word").value()).isEmpty();
        assertThat(checks.measure("word").problem()).contains("'perhaps', which is not a number");
        assertThat(checks.measure("unknown").problem()).contains("gives null");
        assertThat(checks.measure("nothing").problem()).contains("gives no row");
        assertThat(checks.measure("two").problem()).contains("several rows");
        assertThat(checks.measure("broken").problem()).contains("query broken fails");
        assertThat(checks.measure("else").problem()).contains("no measurement or query 'else'; it has broken, count");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POSTGRESQL", "MARIADB"})
    void noConnectionStaysOpen(String name) {
        Server server = Server.valueOf(name);
        ask(server, new QueryIsTrue("truth"));
        ask(server, new QueryIsTrue("broken"));
        ask(server, new DatabaseObject(Kind.TABLE, "orders", "orders"));
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(
                                server == Server.POSTGRESQL
                                        ? postgres.backendCount("orders")
                                        : mariaDb.connectionCount("orders"))
                        .isZero());
    }

    @Test
    void aServerThatHangsEndsInAnAnswer() throws Exception {
        String patient = Files.readString(directory.resolve(Server.POSTGRESQL + ".yaml"));
        Path file = Files.writeString(
                directory.resolve("soon.yaml"), patient.replace("timeout: 1m\nqueries", "timeout: 2s\nqueries"));
        Checks soon = new ConfigurationReader(file, name -> postgres.superuserPassword())
                .read()
                .checks(new InMemoryFlagStore("test"), Optional.empty());
        postgres.pause();
        try {
            Checks.Answer answer = soon.check(new DatabaseObject(Kind.TABLE, "orders", "orders"));
            assertThat(answer.passed()).isFalse();
            assertThat(answer.why()).startsWith("database orders (jdbc:postgresql:");
        } finally {
            postgres.resume();
        }
    }

    @Test
    void aDataSourceWithoutTimeoutsIsCutOffWhenItsServerHangs() {
        Checks checks = ControllerConfiguration.builder()
                .database("orders", Sources.of(() -> {
                    Connection connection = DriverManager.getConnection(
                            postgres.jdbcUrl("orders"), postgres.superuser(), postgres.superuserPassword());
                    postgres.pause();
                    return connection;
                }))
                .query("truth", "orders", "SELECT true", Duration.ofMillis(500))
                .build()
                .checks(new InMemoryFlagStore("test"), Optional.empty());
        try {
            assertThat(checks.check(new QueryIsTrue("truth")).passed()).isFalse();
        } finally {
            postgres.resume();
        }
    }

    @Test
    void aPooledConnectionIsGivenBackAsItWas() throws SQLException {
        try (Connection one = DriverManager.getConnection(
                postgres.jdbcUrl("orders"), postgres.superuser(), postgres.superuserPassword())) {
            one.setAutoCommit(false);
            Checks checks = ControllerConfiguration.builder()
                    .build()
                    .checks(new InMemoryFlagStore("test"), Optional.of(Sources.of(() -> Sources.unclosable(one))));
            assertThat(checks.check(new DatabaseObject(Kind.TABLE, "orders", "")))
                    .isEqualTo(Checks.Answer.PASSED);
            assertThat(checks.check(new DatabaseObject(Kind.TABLE, "order", "")).why())
                    .contains("table order is not there in the store's own database (jdbc:postgresql:");
            assertThat(one.getAutoCommit()).isFalse();
            try (Statement statement = one.createStatement()) {
                statement.execute("CREATE TABLE still_writable (id INT)");
            }
            one.rollback();
        }
    }

    @Test
    void anAbsentDatabaseFileIsNotMade() {
        Path file = directory.resolve("absent.db");
        Database database = new Database(
                "x",
                new DatabaseUrl("jdbc:sqlite:" + file, Optional.empty(), Optional.empty()),
                "f",
                "l",
                Duration.ofSeconds(1));
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> Reading.of(database, Duration.ofSeconds(1), reading -> reading.rows(1, "SELECT 1")))
                .isInstanceOf(NotAnsweredException.class)
                .hasMessageContaining("database x");
        assertThat(file).doesNotExist();
    }
}
