package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rollouts that a controller moves, as far as persons are concerned, on a real SQLite store. */
class RolloutVerbsTest {
    @TempDir
    Path directory;

    private Cli cli;

    @BeforeEach
    void aFlag() {
        cli = Cli.in(directory);
        cli.done("create", "k");
    }

    private Map<?, ?> rollout() {
        return (Map<?, ?>) cli.json("rollout", "status", "k").get("rollout");
    }

    @Test
    void startLeavesTheFirstRaiseToTheControllerAndSaysHowToRunOne() {
        cli.done("rollout", "start", "k", "--reason", "FEAT-12")
                .prints("k: off, revision 2")
                .says("flags controller");
        assertThat(rollout().get("state")).isEqualTo("PREFLIGHT");
        assertThat(rollout().get("manual")).isEqualTo(false);
        assertThat(rollout().get("stages").toString())
                .contains("percentage=10, bake=PT15M", "percentage=50, bake=PT15M", "percentage=100");
        cli.done("rollout", "status", "k").prints("none is running", "failures worse than control -> rollback");
    }

    @Test
    void optionsAddToAPlanFileOrPreset() throws Exception {
        Files.writeString(directory.resolve("plan.yaml"), """
                apiVersion: 1
                preset: canary
                guards: ["p95 > 3s for 10m -> hold"]
                """);
        cli.done(
                "rollout",
                "start",
                "k",
                "--plan",
                "plan.yaml",
                "--guard",
                "code ORPHANED_ROWS",
                "--advance",
                "error-rate < 1%",
                "--hold-back",
                "1%",
                "--soak",
                "20m");
        assertThat(rollout().get("stages").toString()).contains("percentage=5, bake=PT1H", "percentage=99");
        cli.done("rollout", "status", "k")
                .prints("p95 > 3s for 10m -> hold", "code ORPHANED_ROWS -> rollback", "soak 20m", "error-rate < 1%");
        cli.done("rollout", "abort", "k");
        cli.done("rollout", "start", "k", "--preset", "runbook", "--stages", "20,100", "--bake", "12m");
        assertThat(rollout().get("stages").toString()).contains("percentage=20, bake=PT12M");
        cli.done("rollout", "status", "k").prints("error-rate > 5% for 5m -> rollback");
    }

    @Test
    void aWrongGuardIsSaidWithItsPlaceAndTheGrammarAndAllProblemsAtOnce() {
        cli.run("rollout", "start", "k", "--guard", "error-rat > 5% for 5m", "--stages", "50,10")
                .exits(2)
                .says("guards/1", "character 1 of 'error-rat > 5% for 5m'", "stages/2", "A guard is one of");
        cli.run("rollout", "start", "k", "--guard", "error-rate > 500% for 5m")
                .exits(2)
                .says("500%");
        assertThat(cli.json("get", "k")).containsEntry("revision", 1L).containsEntry("rollout", null);
    }

    @Test
    void aPreconditionThatIsNotSoStopsTheStartNamesItselfAndWritesNothing() throws Exception {
        cli.run("rollout", "start", "k", "--require-table", "projects", "--require-column", "flags_flag.document_2")
                .exits(9)
                .says("nothing was written", "table projects", "column flags_flag.document_2");
        assertThat(cli.json("get", "k")).containsEntry("rollout", null);
        cli.run("rollout", "start", "k", "--require-flag", "other").exits(9).says("flag other on");
        sql("CREATE TABLE projects (id INTEGER)");
        cli.done("create", "other", "--percent", "100");
        cli.done("rollout", "start", "k", "--require-table", "projects", "--require-flag", "other");
        cli.done("rollout", "abort", "k");
        sql("DROP TABLE projects");
        cli.run("rollout", "retry", "k").exits(9).says("table projects");
        sql("CREATE TABLE projects (id INTEGER)");
        cli.done("rollout", "retry", "k");
        assertThat(rollout().get("state")).isEqualTo("PREFLIGHT");
    }

    @Test
    void whatOnlyTheControllersConfigurationTellsIsLeftToIt() throws Exception {
        cli.done("rollout", "start", "k", "--require-query", "no-orphans")
                .says("query no-orphans", "the controller looks at it");
        cli.done("rollout", "abort", "k");
        Path file = Files.createDirectories(directory.resolve(".config/flags")).resolve("controller.yaml");
        Files.writeString(file, """
                queries:
                  no-orphans: {sql: "SELECT count(*) = 0 FROM flags_flag"}
                """);
        cli.run("rollout", "start", "k", "--require-query", "no-orphans")
                .exits(9)
                .says("query no-orphans");
        cli.run("rollout", "start", "k", "--require-query", "another").exits(9).says("query another");
        Files.writeString(file, "nonsense: 1\n");
        cli.run("rollout", "start", "k", "--require-query", "another").exits(2).says("nonsense");
        cli.run("rollout", "start", "k", "--config", "nowhere.yaml").exits(2).says("nowhere.yaml");
    }

    @ParameterizedTest
    @CsvSource({
        "kill k, 9, is killed",
        "disable k, 9, is disabled",
        "archive k, 3, archived",
        "rollout start k --manual, 9, has a rollout already",
        "set k 60%, 9, only climbs"
    })
    void aFlagThatCannotClimbIsRefusedAndSaysWhatToDo(String before, int code, String says) {
        cli.done(before.split(" "));
        cli.run("rollout", "start", "k").exits(code).says(says);
        cli.done("rollout", "plan", "k").prints("would refuse now");
    }

    @Test
    void aPlanSaysWhatEachStageWouldSeeBeforeAnythingStarts() {
        Map<String, Object> plan = cli.json(
                "rollout",
                "plan",
                "k",
                "--rps",
                "100",
                "--failure-rate",
                "2%",
                "--detect",
                "7%",
                "--hold-back",
                "1%",
                "--require-table",
                "projects");
        assertThat(plan.get("assumed").toString()).isEqualTo("{usersPerSecond=100.0, failureRate=0.02, degraded=0.07}");
        List<?> stages = (List<?>) plan.get("stages");
        assertThat(stages)
                .hasSize(3)
                .allSatisfy(
                        stage -> assertThat(((Map<?, ?>) stage).get("suffices")).isEqualTo(true));
        assertThat(plan.get("preconditions").toString()).contains("name=table projects, passed=false");
        assertThat(cli.json("get", "k")).containsEntry("rollout", null);
        cli.done("rollout", "plan", "k", "--rps", "0.1", "--detect", "1.5x")
                .prints("the bake is too short to see it")
                .prints("100%   soak 15m   nobody: it would not be seen here");
    }

    @Test
    void approvalGradualAbortAndRetryAreCarriedOut() {
        cli.done("rollout", "start", "k", "--stages", "10:approval,100");
        cli.done("rollout", "pause", "k");
        cli.done("rollout", "resume", "k");
        cli.run("rollout", "retry", "k").exits(9).says("has a rollout already");
        cli.done("rollout", "abort", "k", "--gradual");
        cli.done("rollout", "retry", "k");
        cli.run("rollout", "abort", "k", "--gradual", "--to", "5").exits(2);
        cli.run("rollout", "retry", "nope").exits(3);
    }

    @Test
    void aProtectedEnvironmentAsksOnceForTheWholeClimb() {
        cli.done("environment", "protect", "--reason", "live");
        cli.run("rollout", "start", "k").exits(2).says("--reason");
        cli.run("rollout", "start", "k", "--reason", "r").exits(2).says("--yes", "to 100% in 3 stages");
        cli.typing("y\n").run("rollout", "start", "k", "--reason", "r").exits(0);
    }

    @Test
    void aProtectedProfileAsksBeforeWhatWillRaiseTooAndNotBeforeWhatWillLower() {
        cli.done("set", "k", "20%");
        cli.done("profile", "set", "live", "protected=true", "store=jdbc:sqlite:flags.db");
        for (String verb : List.of("rollout start k --stages 30,100", "set k 50% --at 2099-12-01T09:00Z")) {
            String[] words = (verb + " --profile live --reason r").split(" ");
            cli.run(words).exits(2).says("--yes");
        }
        cli.done("set", "k", "5%", "--at", "2099-12-01T09:00Z", "--profile", "live", "--reason", "r");
        cli.done("rollout", "start", "k", "--stages", "30,100", "--profile", "live", "--reason", "r", "--yes");
    }

    @Test
    void aStoreThatKeepsNothingForAControllerIsNotDriven() throws Exception {
        Files.writeString(directory.resolve("flags.json"), "{\"schema\":1,\"flags\":[{\"key\":\"k\"}]}");
        cli.run("controller", "--store", "file:flags.json").exits(6).says("read only");
        cli.run("rollout", "start", "k", "--store", "file:flags.json").exits(6);
        cli.run("controller", "--config", "nowhere.yaml").exits(2).says("nowhere.yaml");
    }

    @Test
    void aPercentageIsSetAtATimeListedAndTakenBack() {
        cli.run("set", "k", "50%", "--at", "2099-12-01T09:00").exits(2).says("says no zone", "2099-12-01T09:00");
        cli.run("set", "k", "50%", "--at", "tomorrow").exits(2).says("2026-12-01T09:00+01:00");
        cli.run("set", "k", "50%", "--at", "2001-12-01T09:00Z").exits(2).says("in the future");
        cli.run("set", "nope", "50%", "--at", "2099-12-01T09:00Z").exits(3);
        cli.done("scheduled", "list").says("nothing is scheduled");
        Map<String, Object> set = cli.json("set", "k", "50%", "--at", "2099-12-01T09:00+01:00", "--reason", "launch");
        assertThat(set).containsEntry("at", "2099-12-01T08:00:00Z").containsEntry("percentage", 50L);
        cli.done("set", "k", "60%", "--at", "2099-12-02T09:00Z")
                .prints("k: 60% at 2099-12-02T09:00:00Z, scheduled as ");
        cli.done("scheduled", "list").prints("50%", "launch", "60%").says("flags controller");
        String id = (String) set.get("scheduled");
        assertThat(cli.json("get", "k")).containsEntry("percentage", 0L);
        cli.done("scheduled", "cancel", id).prints("cancelled");
        cli.run("scheduled", "cancel", id).exits(3);
        assertThat((List<?>) cli.json("scheduled", "list").get("scheduled")).hasSize(1);
    }

    @Test
    void whatIsScheduledShowsInTheFlagsHistoryAndReport() {
        cli.done("create", "other");
        Map<String, Object> set = cli.json("set", "k", "50%", "--at", "2099-12-01T09:00Z", "--reason", "the launch");
        cli.done("scheduled", "cancel", (String) set.get("scheduled"), "--reason", "not yet");

        cli.done("history", "k").prints("schedule", "the launch", "cancel-scheduled", "not yet");
        assertThat(cli.done("history", "other").out()).doesNotContain("schedule");
        cli.done("report", "k").prints("| schedule | 0% |", "the launch", "- percentage: 50", "2099-12-01T09:00:00Z");
        cli.done("get", "k").prints("cancel-scheduled");
        assertThat(cli.json("get", "k")).containsEntry("revision", 1L);
        assertThat((List<?>) cli.json("diff", "k", "1").get("changes")).isEmpty();
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("flags.db"));
                Statement made = connection.createStatement()) {
            made.execute(statement);
        }
    }
}
