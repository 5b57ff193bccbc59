package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.json.Json;
import dev.flags.rollout.checks.Checks;
import dev.flags.rollout.checks.ControllerConfiguration;
import dev.flags.rollout.controller.ControllerSettings;
import dev.flags.rollout.controller.RolloutController;
import dev.flags.store.Actor;
import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.FlagStore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever starts a rollout gets an answer, from here or from a controller whose configuration is elsewhere. */
class StartAnswersTest {
    private static final String MIGRATION = """
            queries:
              migrated: {sql: "SELECT count(*) > 0 FROM sqlite_master WHERE name = 'project'"}
            """;

    @TempDir
    Path directory;

    private Cli cli;
    private FlagStore store;

    @BeforeEach
    void aFlag() {
        cli = Cli.in(directory);
        cli.done("create", "k");
        store = JdbcFlagStore.open("jdbc:sqlite:" + directory.resolve("flags.db"), "development");
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** One that works elsewhere: this is not the configuration that the command line finds. */
    private RolloutController controller(ControllerConfiguration configuration) {
        RolloutController controller = RolloutController.builder(store, Actor.local("controller"))
                .checks(configuration.checks(store, Optional.empty()))
                .hooks(configuration.hooks())
                // nor does it lose its lease where a busy machine keeps it from prolonging that
                .settings(ControllerSettings.DEFAULT
                        .withTick(Duration.ofMillis(100))
                        .withLease(Duration.ofMinutes(5)))
                .start();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> store.controllerRecords().orElseThrow().holder().isPresent());
        return controller;
    }

    private ControllerConfiguration migrations(boolean applied) throws Exception {
        Path shop = directory.resolve("shop.db");
        Files.deleteIfExists(shop);
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + shop);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + (applied ? "project" : "other") + " (id INTEGER)");
        }
        Path file = directory.resolve("elsewhere.yaml");
        Files.writeString(
                file,
                "databases: {shop: {url: \"jdbc:sqlite:" + shop + "\"}}\n"
                        + MIGRATION.replace("{sql", "{database: shop, sql"));
        return ControllerConfiguration.read(file);
    }

    private String state() {
        return store.flag("k").rollout().orElseThrow().state().name();
    }

    private String gated() throws Exception {
        Files.writeString(directory.resolve("plan.yaml"), """
                apiVersion: 1
                stages: ["10:15m", 100]
                hooks:
                  - {at: start, hook: freeze, gate: true}
                """);
        return "plan.yaml";
    }

    @Test
    void whatOnlyTheControllerCanTellIsWaitedForAndItsRefusalIsExitCode9() throws Exception {
        try (RolloutController elsewhere = controller(migrations(false))) {
            Cli.Run refused = cli.run(
                            "rollout", "start", "k", "--require-query", "migrated", "--timeout", "5m", "-o", "json")
                    .exits(9);
            assertThat(state()).isEqualTo("BLOCKED");
            assertThat(cli.json("get", "k")).containsEntry("percentage", 0L);
            assertThat(refused.json()).containsEntry("action", "rollout start");
            String error = refused.err()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .findFirst()
                    .orElseThrow();
            Map<?, ?> told = (Map<?, ?>) ((Map<?, ?>) Json.parse(error)).get("error");
            assertThat(told.get("code")).isEqualTo(9L);
            assertThat(String.valueOf(told.get("message"))).contains("migrated", "nothing was raised");
            assertThat(String.valueOf(told.get("advice"))).contains("rollout retry k");

            elsewhere.wake();
            cli.run("rollout", "retry", "k", "--timeout", "5m").exits(9).says("migrated", "nothing was raised");
        }
        try (RolloutController elsewhere = controller(migrations(true))) {
            elsewhere.wake();
            cli.done("rollout", "retry", "k", "--timeout", "5m").says("the controller has begun: k is at 10%, RUNNING");
            assertThat(state()).isEqualTo("RUNNING");
        }
    }

    @Test
    void aGateThatOnlyTheControllerHasIsWaitedForToo() throws Exception {
        ControllerConfiguration freezing = ControllerConfiguration.none().toBuilder()
                .hook("freeze", call -> new Checks.Answer(false, "the change freeze is on"))
                .build();
        try (RolloutController elsewhere = controller(freezing)) {
            elsewhere.wake();
            cli.run("rollout", "start", "k", "--plan", gated(), "--timeout", "5m")
                    .exits(9)
                    .says("the controller asks it", "the change freeze is on", "BLOCKED");
        }
    }

    @Test
    void aMeasurementIsWaitedForAndOneBeyondItsBoundIsExitCode9() {
        ControllerConfiguration measuring = ControllerConfiguration.none().toBuilder()
                .measurement("orphaned_rows", () -> 3)
                .build();
        try (RolloutController elsewhere = controller(measuring)) {
            elsewhere.wake();
            cli.run("rollout", "start", "k", "--guard", "measure orphaned_rows > 0 -> rollback")
                    .exits(9)
                    .says("the controller measures orphaned_rows", "nothing was raised", "orphaned_rows is 3");
            assertThat(cli.json("history", "k")).asString().doesNotContain("rollout advance");
        }
    }

    @Test
    void aGateThatIsConfiguredHereIsAskedHereAboutTheVeryRunAndARefusalWritesNothing() throws Exception {
        Path file = directory.resolve("controller.yaml");
        Files.writeString(file, "hooks: {freeze: {command: [sh, -c, \"echo frozen; exit 1\"]}}\n");
        cli.run("rollout", "start", "k", "--plan", gated(), "--config", "controller.yaml")
                .exits(9)
                .says("gate freeze", "frozen", "nothing was written");
        assertThat(cli.json("get", "k")).containsEntry("rollout", null).containsEntry("revision", 1L);
        cli.run("rollout", "start", "k", "--plan", gated(), "--config", "controller.yaml", "--foreground")
                .exits(9)
                .says("nothing was written");
        cli.done("rollout", "start", "k", "--plan", gated(), "--config", "controller.yaml", "--dry-run");

        Files.writeString(file, "hooks: {freeze: {command: [sh, -c, \"echo $FLAGS_EVENT_ID > asked\"]}}\n");
        cli.done("rollout", "start", "k", "--plan", gated(), "--config", "controller.yaml");
        String run = store.flag("k").rollout().orElseThrow().id();
        assertThat(directory.resolve("asked")).content().isEqualTo(run + "/raise/0\n");

        cli.done("rollout", "abort", "k");
        Files.writeString(file, "hooks: {}\n");
        cli.run("rollout", "retry", "k", "--config", "controller.yaml")
                .exits(9)
                .says("gate freeze", "no such hook", "nothing was written");
    }

    @Test
    void aGateOfAFlagThatCannotStartIsNotAsked() throws Exception {
        Files.writeString(
                directory.resolve("controller.yaml"), "hooks: {freeze: {command: [sh, -c, \"touch asked\"]}}\n");
        cli.done("disable", "k");
        cli.run("rollout", "start", "k", "--plan", gated(), "--config", "controller.yaml")
                .exits(9)
                .says("is disabled");
        assertThat(directory.resolve("asked")).doesNotExist();
    }

    @Test
    void whereNoControllerIsAtWorkNobodyWaits() throws Exception {
        cli.done("rollout", "start", "k", "--plan", gated(), "--require-query", "migrated", "--timeout", "10m")
                .says("no controller is at work", "query migrated", "gate freeze");
        assertThat(state()).isEqualTo("PREFLIGHT");
    }

    @Test
    void aControllerThatDoesNotAnswerInTimeIsExitCode8AndTheRolloutStaysAsItIs() throws Exception {
        store.controllerRecords().orElseThrow().acquire("hangs@there", Duration.ofHours(1));
        cli.run("rollout", "start", "k", "--require-query", "migrated", "--timeout", "1s")
                .exits(8)
                .says("has not answered yet", "rollout abort k");
        assertThat(state()).isEqualTo("PREFLIGHT");
        cli.done("rollout", "abort", "k");
        cli.done("rollout", "retry", "k", "--timeout", "0s").says("was not waited for");
    }

    @Test
    void aControllerThatGoesMeanwhileIsNotWaitedForAnyLonger() throws Exception {
        ControllerRecords records = store.controllerRecords().orElseThrow();
        Lease lease = records.acquire("goes@there", Duration.ofHours(1)).orElseThrow();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        CompletableFuture<Integer> starting = CompletableFuture.supplyAsync(() -> cli.run(
                new ByteArrayOutputStream(),
                said,
                "rollout",
                "start",
                "k",
                "--require-query",
                "migrated",
                "--timeout",
                "1h"));
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> said.toString(StandardCharsets.UTF_8).contains("waiting for the controller"));
        records.release(lease);
        assertThat(starting.get(5, TimeUnit.MINUTES)).isZero();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("the controller has gone", "flags controller");
        assertThat(state()).isEqualTo("PREFLIGHT");
    }
}
