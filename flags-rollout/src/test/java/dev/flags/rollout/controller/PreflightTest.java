package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.State;
import dev.flags.model.Target;
import dev.flags.rollout.RolloutPlan;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is seen before the first stage decides whether there is one, however long databases and metrics take to answer. */
class PreflightTest {
    private static final RolloutPlan MEASURED = RolloutPlan.stages("10:15m,50:15m,100")
            .guard("measure orphaned_rows > 0 -> rollback")
            .build();
    private static final RolloutPlan MEASURED_FOR_A_MINUTE = RolloutPlan.stages("10:15m,50:15m,100")
            .guard("measure orphaned_rows > 0 for 1m -> rollback")
            .build();
    private static final RolloutPlan REQUIRING = RolloutPlan.stages("10:15m,50:15m,100")
            .requireFunction("create_project_atomic")
            .build();
    private static final String FUNCTION = "function create_project_atomic";

    private final Scene scene = new Scene();
    private final Queue<Runnable> questions = new ArrayDeque<>();

    @BeforeEach
    void aControllerIsThere() {
        scene.controller(questions);
    }

    private void answer() {
        for (int waiting = questions.size(); waiting > 0; waiting--) {
            questions.remove().run();
        }
    }

    private void ticksThatAreAnswered(int ticks) {
        for (int i = 0; i < ticks; i++) {
            scene.tick();
            answer();
        }
    }

    @Test
    void aGuardThatIsBreachedAtTheStartBlocksItHoweverLateItsMeasurementComes() {
        scene.answers.measured.put("orphaned_rows", 3.0);
        scene.start(MEASURED);
        scene.run(Duration.ofSeconds(20));
        assertThat(scene.stands()).isEqualTo("PREFLIGHT 0%");
        assertThat(scene.watch().notes()).anyMatch(note -> note.contains("orphaned_rows could not be measured"));
        answer();
        scene.tick();
        assertThat(scene.stands()).isEqualTo("BLOCKED 0%");
        assertThat(scene.run().why()).contains("orphaned_rows is 3");
        assertThat(scene.steps()).containsExactly("rollout block");
    }

    @Test
    void aMeasurementWithinItsBoundIsWaitedForAndThenItBegins() {
        scene.answers.measured.put("orphaned_rows", 0.0);
        scene.start(MEASURED);
        scene.tick();
        assertThat(scene.stands()).isEqualTo("PREFLIGHT 0%");
        answer();
        scene.tick();
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
    }

    @Test
    void whatNobodyCanMeasureHoldsItBeforeTheFirstStage() {
        scene.start(MEASURED);
        ticksThatAreAnswered(60);
        assertThat(scene.stands()).isEqualTo("PREFLIGHT 0%");
        scene.answers.measured.put("orphaned_rows", 0.0);
        ticksThatAreAnswered(1);
        scene.tick();
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
    }

    @Test
    void beyondItsBoundForLessThanTheGuardsTimeIsNeitherABreachNorHealthy() {
        scene.answers.measured.put("orphaned_rows", 3.0);
        scene.start(MEASURED_FOR_A_MINUTE);
        ticksThatAreAnswered(20);
        assertThat(scene.stands()).isEqualTo("PREFLIGHT 0%");
        ticksThatAreAnswered(20);
        assertThat(scene.stands()).isEqualTo("BLOCKED 0%");
    }

    @Test
    void aGuardThatOnlyTellsKeepsNothingFromBeginning() {
        scene.answers.measured.put("orphaned_rows", 3.0);
        scene.start(RolloutPlan.stages("10:15m,50:15m,100")
                .guard("measure orphaned_rows > 0 -> notify")
                .build());
        scene.tick();
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
    }

    private String standsAfterAStartThatRequires(boolean on) {
        scene.start(
                RolloutPlan.stages("10:15m,50:15m,100").requireFlag("base", on).build());
        scene.tick();
        return scene.stands();
    }

    @Test
    void anotherFlagIsOnForEverybodyOnlyWhereNoTargetSaysOtherwise() {
        scene.admin.create(
                FlagDefinition.builder("base")
                        .percentage(Percentage.FULL)
                        .targets(List.of(new Target("off", Set.of("ada"))))
                        .build(),
                Scene.BECAUSE);
        assertThat(standsAfterAStartThatRequires(true)).isEqualTo("BLOCKED 0%");
        assertThat(scene.run().why()).contains("base");
    }

    @Test
    void aFlagThatIsNotThereIsNotOff() {
        assertThat(standsAfterAStartThatRequires(false)).isEqualTo("BLOCKED 0%");
        assertThat(scene.run().why()).isEqualTo("there is no flag base");
    }

    @Test
    void aFlagThatIsOnForEverybodyIsNoObstacle() {
        scene.admin.create(
                FlagDefinition.builder("base").percentage(Percentage.FULL).build(), Scene.BECAUSE);
        assertThat(standsAfterAStartThatRequires(true)).isEqualTo("RUNNING 10%");
    }

    @Test
    void aRetryAfterTheCauseWasMendedIsNotBlockedByAnAnswerFromBefore() {
        scene.answers.failing.put(FUNCTION, "create_project_atomic is not there");
        isBlockedAndAfterMendingNoMore(REQUIRING, () -> scene.answers.failing.clear());
    }

    @Test
    void aRetryIsNotBlockedByAMeasurementFromBeforeEither() {
        scene.answers.measured.put("orphaned_rows", 3.0);
        isBlockedAndAfterMendingNoMore(MEASURED, () -> scene.answers.measured.put("orphaned_rows", 0.0));
    }

    private void isBlockedAndAfterMendingNoMore(RolloutPlan plan, Runnable mending) {
        scene.start(plan);
        ticksThatAreAnswered(1);
        scene.tick();
        assertThat(scene.run().state()).isEqualTo(State.BLOCKED);
        answer();

        mending.run();
        scene.people.retry(Scene.KEY, Scene.BECAUSE);
        scene.tick();
        assertThat(scene.stands()).isEqualTo("PREFLIGHT 0%");
        answer();
        scene.tick();
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
    }
}
