package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.HookUse.Event;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanRulesTest {
    private static RolloutPlanBuilder plan() {
        return RolloutPlan.stages("10:15m,50:15m,100");
    }

    private static List<Problem> problems(RolloutPlanBuilder builder) {
        return catchThrowableOfType(InvalidFlagException.class, builder::build).problems();
    }

    private static void refused(RolloutPlanBuilder builder, String path, String message) {
        assertThat(problems(builder)).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(path);
            assertThat(problem.message()).contains(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "50:15m,10:15m,100   | stages/2 | stages must rise",
                "10:15m,10:15m,100   | stages/2 | stages must rise",
                "0:15m,100           | stages/1 | serves nobody",
                "10,100              | stages/1 | has no bake",
                "10:15m,50,100       | stages/2 | 50:15m",
                "10:5s,100           | stages/1 | windows of 10s",
                "10:15m,101          | stages/2 | between 0 and 100",
                "10:soon,100         | stages/1 | is not a bake",
                "10:15m:yes,100      | stages/1 | is not a stage",
            })
    void stagesThatCannotBeClimbedAreRefused(String stages, String path, String message) {
        refused(RolloutPlan.stages(stages), path, message);
    }

    @Test
    void aStageThatAPersonApprovesOfNeedsNoBakeAndWithoutGuardsNoneDoes() {
        assertThat(RolloutPlan.stages("10:approval,50:15m:approval,100").build().stages())
                .extracting(RolloutPlan::needsApproval)
                .containsExactly(true, true, false);
        assertThatCode(() -> RolloutPlan.stages("10,100").withoutDefaultGuards().build())
                .doesNotThrowAnyException();
    }

    @Test
    void aBakeForAllFillsInWhereNoneIsSaid() {
        assertThat(RolloutPlan.stages("10,20:approval,50:1h,100")
                        .bake(Duration.ofMinutes(5))
                        .build()
                        .stages())
                .extracting(stage -> stage.bake().toMinutes())
                .containsExactly(5L, 0L, 60L, 0L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "error-rate > 0%                          | threshold must lie between 0% and 100%",
                "error-rate > 100%                        | threshold must lie between 0% and 100%, was 100%",
                "availability < 100%                      | threshold must lie between 0% and 100%, was 0%",
                "error-rate > -5%                         | was -5%",
                "error-rate > 5% for 9s                   | less than a window",
                "error-rate > 5% for 16m                  | longer than the bake of 15m of stage 1 (10%)",
                "error-rate > 5% min 0                    | at least 1 call",
                "p95 > 0s                                 | must be above zero",
                "code A,,B                                | is no code",
                "failures worse than control by 0.9x      | at least 1x",
                "failures worse than control by 30x       | below 30x",
                "failures worse than control alpha 0      | alpha",
                "failures worse than control alpha 0.51   | alpha",
                "sample-ratio alpha -1                    | alpha",
                "survivors < 100%                         | share of instances",
                "survivors < 80% for 1s                   | less than a window",
                "breakers > 0%                            | share of instances",
                "measure a/b > 0                          | measurement's name has the character",
                "measure rows > 0 for 20m                 | longer than the bake",
            })
    void aGuardThatCannotWorkIsRefusedWithItsPlace(String guard, String message) {
        assertThat(problems(
                        plan().withoutDefaultGuards().guard("breakers > 20%").guard("tested: " + guard)))
                .anySatisfy(problem -> {
                    assertThat(problem.path()).isEqualTo("guards/2");
                    assertThat(problem.message()).contains(message);
                })
                .allSatisfy(problem -> assertThat(problem.path()).isEqualTo("guards/2"));
    }

    @Test
    void whatIsWatchedMustFitIntoTheShortestStageOrTheSoak() {
        refused(
                RolloutPlan.stages("10:1h,50:5m,100:1h").guard("error-rate > 5% for 10m"),
                "guards/1",
                "longer than the bake of 5m of stage 2 (50%)");
        refused(
                RolloutPlan.stages("10:1h,100:5m").guard("error-rate > 5% for 10m"),
                "guards/1",
                "longer than the soak of 5m");
        assertThatCode(() -> RolloutPlan.stages("10:5m:approval,100")
                        .guard("error-rate > 5% for 10m")
                        .build())
                .doesNotThrowAnyException();
    }

    @Test
    void twoGuardsOfOneNameAreRefusedAndThoseWithoutNamesAreToldApart() {
        refused(plan().guard("a: error-rate > 5%").guard("a: breakers > 10%"), "guards/2", "two of the name 'a'");
        assertThat(plan().guard("error-rate > 5%")
                        .guard("error-rate > 2% -> hold")
                        .build()
                        .guards())
                .extracting(Guard::name)
                .contains("error-rate", "error-rate-2");
    }

    @Test
    void moreLatencyBoundsThanInstancesCountAreRefused() {
        RolloutPlanBuilder six = plan();
        IntStream.rangeClosed(1, 6).forEach(i -> six.guard("p95 > " + i + "s for 5m"));
        assertThat(six.build().latencyBounds()).hasSize(6);

        refused(six.advance("p95 < 7s"), "guards", "7 different latency bounds");
        RolloutPlanBuilder seven = plan().withoutDefaultGuards();
        IntStream.rangeClosed(1, 7).forEach(i -> seven.guard("p95 > " + i + "s for 5m"));
        assertThat(seven.build().latencyBounds()).hasSize(7);
        refused(seven.advance("p95 < 8s"), "guards", "8 different latency bounds");
    }

    @Test
    void rulesForAdvancingAreHeldToTheSame() {
        refused(plan().advance("error-rate < 100%"), "advance/1", "between 0% and 100%");
        refused(plan().advance("error-rate < 1% min 0"), "advance/1", "at least 1 call");
        refused(plan().advance("a: error-rate < 1%").advance("a: p95 < 1s"), "advance/2", "two of the name");
    }

    @Test
    void stepsBackFallAndEndAtZero() {
        Duration bake = Duration.ofMinutes(5);
        refused(
                plan().stepBack(List.of(Percentage.of(10), Percentage.of(50), Percentage.ZERO), bake),
                "stepBack/levels",
                "must fall");
        refused(plan().stepBack(List.of(Percentage.of(50), Percentage.of(10)), bake), "stepBack/levels", "end at 0");
        refused(plan().stepBack(List.of(Percentage.FULL, Percentage.ZERO), bake), "stepBack/levels", "no step down");
        refused(plan().stepBack(List.of(), Duration.ofSeconds(9)), "stepBack/bake", "10s");
    }

    @Test
    void aHoldBackIsTakenFromALastStageOfEverybody() {
        RolloutPlan plan = plan().holdBack(Percentage.of(1)).build();

        assertThat(plan.stages().get(2).percentage()).isEqualTo(Percentage.of(99));
        assertThat(RolloutPlan.stages("10:15m,90")
                        .holdBack(Percentage.of(1))
                        .build()
                        .stages()
                        .get(1)
                        .percentage())
                .isEqualTo(Percentage.of(90));
        refused(
                RolloutPlan.stages("10:15m,99.5").holdBack(Percentage.of(1)),
                "stages/2",
                "with a hold-back of 1% the last stage is at most 99%");
        refused(RolloutPlan.stages("10:15m,99:15m,100").holdBack(Percentage.of(1)), "stages/3", "99% is not above 99%");
    }

    @Test
    void theSoakIsTheBakeOfTheLastStageUnlessItIsSaid() {
        assertThat(plan().build().soak()).isEqualTo(RolloutPlan.SOAK);
        assertThat(RolloutPlan.stages("10:15m,100:1h").build().soak()).isEqualTo(Duration.ofHours(1));
        assertThat(RolloutPlan.stages("10:15m,100:1h")
                        .soak(Duration.ofMinutes(2))
                        .build()
                        .soak())
                .isEqualTo(Duration.ofMinutes(2));
        refused(plan().soak(Duration.ofSeconds(1)), "soak", "less than a window");
    }

    @Test
    void namesOfHooksAndPreconditionsAreChecked() {
        refused(plan().hook(Event.START, "a b"), "hooks/start/a b", "the hook's name has the character U+0020");
        refused(plan().gate(Event.COMPLETED, "cdn"), "hooks/completed/cdn", "only a hook at start or before-raise");
        refused(plan().hook(Event.START, "a").gate(Event.START, "a"), "hooks/start/a", "twice");
        refused(plan().requireColumn("name"), "preconditions/column name", "table.column");
        refused(plan().requireFunction(" "), "preconditions/function  ", "1 to 200 characters");
        refused(plan().requireQuery("no such"), "preconditions/query no such", "the query's name has");
        refused(plan().requireFlag("", true), "preconditions/flag  on", "must not be empty");
    }

    @Test
    void whatIsDoneWithoutDataIsHoldingOrRollingBackAfterAWhile() {
        refused(plan().missing(Duration.ofMinutes(5), Action.NOTIFY), "missing/action", "hold or rollback");
        refused(plan().missing(Duration.ofSeconds(59), Action.ROLL_BACK), "missing/after", "at least 1m");
        assertThat(plan().missing(Duration.ofMinutes(1), Action.ROLL_BACK)
                        .build()
                        .missing()
                        .action())
                .isEqualTo(Action.ROLL_BACK);
    }

    @Test
    void allProblemsAreSaidAtOnce() {
        assertThat(problems(RolloutPlan.stages("50:15m,10:15m,100")
                        .guard("error-rate")
                        .guard("error-rate > 0%")
                        .guard(new Guard.CriticalCodes("none", Set.of(), Severity.LOW, Action.NOTIFY))
                        .advance("p95")
                        .hook(Event.START, "")
                        .missing(Duration.ZERO, Action.STEP_BACK)))
                .extracting(Problem::path)
                .containsExactly(
                        "guards/1",
                        "advance/1",
                        "stages/2",
                        "guards/2",
                        "guards/none",
                        "hooks/start/",
                        "missing/action");
    }

    @Test
    void aPlanHasTheDefaultGuardsUnlessItHasItsOwnForTheSame() {
        assertThat(names(plan()))
                .containsExactly(
                        "failures-worse",
                        "failures-worse-early",
                        "latency-worse",
                        "sample-ratio",
                        "survivors",
                        "breakers",
                        "error-rate-limit");
        assertThat(names(plan().guard("failures worse than control by 1.5x")))
                .containsExactly(
                        "failures-worse", "latency-worse", "sample-ratio", "survivors", "breakers", "error-rate-limit");
        assertThat(names(plan().guard("b: breakers > 50%"))).contains("b").doesNotContain("breakers");
        assertThat(names(plan().guard("error-rate > 2% -> hold"))).contains("error-rate-limit");
        assertThat(names(plan().guard("error-rate > 5% -> rollback"))).doesNotContain("error-rate-limit");
        assertThat(names(plan().withoutDefaultGuards())).isEmpty();
    }

    @Test
    void theDefaultGuardsFitIntoShortBakes() {
        assertThat(RolloutPlan.stages("10:20s,100:20s").build().guards())
                .contains(
                        Guard.parse("survivors < 80% for 20s"),
                        Guard.parse("error-rate-limit: error-rate > 10% for 20s"));
    }

    @Test
    void aGuardReplacesTheOneOfItsNameInThePlanThatItIsAddedTo() {
        RolloutPlan runbook =
                RolloutPlan.preset("runbook").guard("code ONLY_THIS").build();

        assertThat(runbook.guards()).contains(Guard.parse("code ONLY_THIS"));
        assertThat(runbook.guards().stream().filter(Guard.CriticalCodes.class::isInstance))
                .hasSize(1);
        assertThat(runbook.toBuilder().guard("availability < 98%").build().guards())
                .contains(Guard.parse("availability < 98%"), Guard.parse("code ONLY_THIS"))
                .hasSameSizeAs(runbook.guards());
    }

    private static List<String> names(RolloutPlanBuilder builder) {
        return builder.build().guards().stream().map(Guard::name).toList();
    }
}
