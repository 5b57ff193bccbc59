package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Precondition.DatabaseObject;
import dev.flags.rollout.Precondition.Kind;
import dev.flags.rollout.Precondition.Migration;
import dev.flags.rollout.Precondition.MigrationTool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanDocumentTest {
    private static RolloutPlan yaml(String text) {
        return RolloutPlan.read("plan.yaml", text);
    }

    private static List<String> problems(String text) {
        return catchThrowableOfType(InvalidFlagException.class, () -> yaml(text)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void whatADocumentSaysIsWhatTheBuilderSays() {
        RolloutPlan plan = yaml("""
                apiVersion: 1
                stages: ["10:15m", {percentage: 50, bake: 15m, approval: true}, 100]
                defaultGuards: false
                guards:
                  - error-rate > 5% for 5m -> rollback
                  - {rule: p95 > 3s for 10m, name: slow, action: hold, severity: low, min: 20}
                  - error-rate > 2% for 5m -> hold
                advance: [error-rate < 1%, {rule: p95 < 10s, min: 50}]
                preconditions:
                  - {function: create_project_atomic, database: orders}
                  - {table: projects}
                  - {column: projects.owner}
                  - {flyway: 42}
                  - {liquibase: "add-owner", database: orders}
                  - {query: ready}
                  - {endpoint: search}
                  - {flag: new-database, is: on}
                  - {flag: old-path, is: off}
                hooks:
                  - {at: before-raise, hook: change-board, gate: true}
                  - {at: rolled-back, hook: channel}
                stepBack: {levels: [50, 12.5%, 0], bake: 10m}
                holdBack: 1%
                soak: 30m
                missing: {after: 10m, action: rollback}
                """);

        assertThat(plan)
                .isEqualTo(RolloutPlan.stages("10:15m,50:15m:approval,100")
                        .withoutDefaultGuards()
                        .guard("error-rate > 5% for 5m -> rollback")
                        .guard("slow: p95 > 3s for 10m min 20 -> hold severity low")
                        .guard("error-rate-2: error-rate > 2% for 5m -> hold")
                        .advance("error-rate < 1%")
                        .advance("p95 < 10s min 50")
                        .require(new DatabaseObject(Kind.FUNCTION, "create_project_atomic", "orders"))
                        .requireTable("projects")
                        .requireColumn("projects.owner")
                        .requireFlyway("42")
                        .require(new Migration(MigrationTool.LIQUIBASE, "add-owner", "orders"))
                        .requireQuery("ready")
                        .requireHealthy("search")
                        .requireFlag("new-database", true)
                        .requireFlag("old-path", false)
                        .gate(HookUse.Event.BEFORE_RAISE, "change-board")
                        .hook(HookUse.Event.ROLLED_BACK, "channel")
                        .stepBack(
                                List.of(Percentage.of(50), Percentage.parse("12.5"), Percentage.ZERO),
                                Duration.ofMinutes(10))
                        .holdBack(Percentage.of(1))
                        .soak(Duration.ofMinutes(30))
                        .missing(Duration.ofMinutes(10), Action.ROLL_BACK)
                        .build());
    }

    @Test
    void aShortDocumentHasTheDefaults() {
        assertThat(yaml("stages: [10:15m, 50:15m, 100]")).isEqualTo(RolloutPlan.DEFAULT);
        assertThat(RolloutPlan.read("plan.json", "{\"stages\": [\"10:15m\", \"50:15m\", 100]}"))
                .isEqualTo(RolloutPlan.DEFAULT);
    }

    @Test
    void aPresetIsABaseWhosePartsTheDocumentReplaces() {
        RolloutPlan plan = yaml("""
                preset: runbook
                stages: ["5:15m", "100:30m"]
                guards: [code ONLY_THIS, breakers > 50% -> hold]
                advance: [p95 < 5s]
                """);

        RolloutPlan preset = RolloutPlan.preset("runbook").build();
        assertThat(plan.soak()).isEqualTo(Duration.ofMinutes(30));
        assertThat(plan.guards())
                .contains(Guard.parse("code ONLY_THIS"), Guard.parse("breakers > 50% -> hold"))
                .doesNotContain(Guard.parse("breakers > 20%"))
                .contains(Guard.parse("error-rate > 5% for 5m"));
        assertThat(plan.advance()).containsAll(preset.advance()).contains(AdvanceRule.parse("p95 < 5s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runbook", "canary", "careful"})
    void aPresetIsADocumentToo(String name) {
        assertThat(yaml("preset: " + name)).isEqualTo(RolloutPlan.preset(name).build());
    }

    @Test
    void theRunbookPresetIsWhatTheRunbooksSay() {
        RolloutPlan plan = RolloutPlan.preset("runbook").build();

        assertThat(plan.stages()).isEqualTo(RolloutPlan.DEFAULT.stages());
        assertThat(plan.advance())
                .containsExactly(AdvanceRule.parse("error-rate < 1%"), AdvanceRule.parse("p95 < 10s"));
        assertThat(plan.guards())
                .contains(
                        Guard.parse("error-rate > 5% for 5m -> rollback"),
                        Guard.parse("p95 > 20s for 10m -> hold"),
                        Guard.parse("code " + PlanPresets.CRITICAL_CODES + " -> rollback"));
    }

    @Test
    void everyProblemIsSaidAtOnceWithItsPlace() {
        assertThat(problems("""
                apiVersion: 1
                stage: [10]
                stages: [50:15m, {percentage: 10, bake: soon, aproval: true}, true, 101]
                guards: [error-rate > 5, {rule: breakers > 20%, actoin: hold}, 7, {name: x}, error-rate > 100%]
                advance: [p95 > 10s]
                preconditions: [{funktion: f}, {table: t, column: t.c}, {flyway: 1.10}, {flag: x, is: maybe}, {query: "a b"}]
                hooks: [{at: sometimes, hook: h}, {at: start}, {at: completed, hook: h, gate: true}]
                stepBack: {levels: [10, 50], bake: 5m}
                holdBack: lots
                soak: 15
                missing: {after: 1s, action: rollback, then: hold}
                """))
                .containsExactly(
                        "plan.yaml#/guards/0: has '5' where a percentage such as 5% is expected, at character 14 of 'error-rate >"
                                + " 5'",
                        "plan.yaml#/advance/0: has '>' where '<' is expected, at character 5 of 'p95 > 10s'",
                        "plan.yaml#/stages/1/bake: must be a duration such as 30s, 15m, 1h30m or 2d",
                        "plan.yaml#/stages/1/aproval: is not known here; did you mean 'approval'?",
                        "plan.yaml#/stages/2: must be a percentage such as 12.5, was true",
                        "plan.yaml#/stages/3: must lie between 0 and 100, was 101",
                        "plan.yaml#/guards/1/actoin: is not known here; did you mean 'action'?",
                        "plan.yaml#/guards/2: must be a text such as 'error-rate > 5% for 5m -> rollback', or an object with"
                                + " 'rule', was 7",
                        "plan.yaml#/guards/3/rule: is required",
                        "plan.yaml#/preconditions/0: must have one of function, table, column, flyway, liquibase, query, endpoint,"
                                + " flag, has [funktion]",
                        "plan.yaml#/preconditions/1: must have one of function, table, column, flyway, liquibase, query, endpoint,"
                                + " flag, not table and column",
                        "plan.yaml#/preconditions/2/flyway: must be a text, in quotes where it looks like a number, was 1.10",
                        "plan.yaml#/preconditions/3/is: must be on or off",
                        "plan.yaml#/hooks/0/at: must be start, before-raise, rolled-back or completed",
                        "plan.yaml#/hooks/1/hook: is required",
                        "plan.yaml#/holdBack: must be a number from 0 to 100 such as 12.5%, was 'lots'",
                        "plan.yaml#/soak: must be a string, was 15",
                        "plan.yaml#/missing/then: is not known here; there are after, action",
                        "plan.yaml#/stage: is not known here; did you mean 'stages'?",
                        "plan.yaml#/guards/4: the threshold must lie between 0% and 100%, was 100%",
                        "plan.yaml#/preconditions/4: the query's name has the character U+0020 at position 2; use letters, digits,"
                                + " '.', '_' and '-', beginning with a letter or digit",
                        "plan.yaml#/hooks/2: only a hook at start or before-raise can be a gate: there is nothing else to refuse",
                        "plan.yaml#/stepBack/levels: 50% is not below 10%; levels must fall",
                        "plan.yaml#/stepBack/levels: must end at 0, where a rollout that is unhealthy at every level has to go",
                        "plan.yaml#/missing/after: must be at least 1m to roll back: outcomes may come three windows of 10s late");
    }

    @Test
    void stagesAreNeededUnlessThereIsAPreset() {
        assertThat(problems("soak: 5m")).singleElement().asString().startsWith("plan.yaml#/stages: is required");
        assertThat(problems("preset: runbok"))
                .singleElement()
                .asString()
                .contains("there are runbook, canary, careful");
        assertThat(problems("stages: []")).containsExactly("plan.yaml#/stages: must not be empty");
    }

    @Test
    void whatAStageOfTheDocumentMustKeepToIsSaidAtItsPlace() {
        assertThat(problems("stages: [50:15m, 10:15m, {percentage: 60}, 100]\nholdBack: 1"))
                .containsExactly(
                        "plan.yaml#/stages/1: 10% is not above 50%; stages must rise",
                        "plan.yaml#/stages/2: has no bake, so that no guard could see anything before the next stage; say how long"
                                + " it is watched, as 60:15m, or that a person approves of the next");
    }

    @Test
    void aDocumentOfALaterVersionIsNotGuessedAt() {
        assertThat(problems("apiVersion: 2\nstages: [x]"))
                .containsExactly("plan.yaml#/apiVersion: is 2, of a newer version; this one reads 1. Update this one");
        assertThat(problems("apiVersion: one")).singleElement().asString().contains("must be 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "a: [", "a: &x 1\nb: *x", "stages: [10]\nstages: [20]"})
    void whatIsNoPlanAtAllSaysSo(String text) {
        assertThatThrownBy(() -> yaml(text))
                .isInstanceOf(InvalidFlagException.class)
                .hasMessageContaining("plan.yaml");
    }

    @Test
    void aPlanOfARunThatThisVersionCannotReadIsAProblemNotAnEmptyPlan() {
        assertThatThrownBy(
                        () -> PlanReader.stored(Map.of("guards", List.of("vibes > 5%")), RolloutPlan.DEFAULT.stages()))
                .isInstanceOf(InvalidFlagException.class)
                .hasMessageContaining("rollout/plan/guards/0");
    }
}
