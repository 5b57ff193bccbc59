package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.admin.KillScope;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.AbortTo;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Verdict;
import dev.flags.store.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rollout from its start to its end, as people and applications live through it, on a clock that the test moves. */
class RolloutStoryTest {
    private static final RolloutPlan PLAN =
            RolloutPlan.stages("10:15m,50:15m,100").build();
    private static final Duration HOUR = Duration.ofHours(1);

    private final Scene scene = new Scene();
    private ControllerLoop controller;

    @BeforeEach
    void aControllerIsThere() {
        controller = scene.controller();
    }

    private void startAndReach(RolloutPlan plan, int percent) {
        scene.start(plan);
        assertThat(scene.until(() -> scene.percentage().equals(Percentage.of(percent)), HOUR))
                .as(scene::stands)
                .isTrue();
    }

    @Test
    void itClimbsByEvidenceAndIsCompleted() {
        scene.start(PLAN);
        assertThat(scene.until(State.COMPLETED, HOUR))
                .as(() -> scene.watch().notes().toString())
                .isTrue();
        assertThat(scene.stands()).isEqualTo("COMPLETED 100%");
        List<AuditEntry> raises = scene.history().stream()
                .filter(entry -> entry.action().equals("rollout advance")
                        || entry.action().equals("rollout complete"))
                .toList();
        assertThat(raises).hasSize(4);
        for (int i = 1; i < raises.size(); i++) {
            Instant before = raises.get(i - 1).at();
            assertThat(Duration.between(before, raises.get(i).at()))
                    .isBetween(Duration.ofMinutes(15), Duration.ofMinutes(17));
            assertThat(Duration.parse((String) raises.get(i).details().get("observed")))
                    .isGreaterThanOrEqualTo(Duration.ofMinutes(15));
        }
        assertThat(scene.run().endedAt()).isPresent();
        assertThat(scene.store.verify().intact()).isTrue();
    }

    @Test
    void aFaultThatIsPlantedAtFiftyPercentBringsItDownByItself() {
        startAndReach(PLAN, 50);
        scene.run(Duration.ofMinutes(2));
        scene.application.treatmentFails(0.07);
        Instant planted = scene.clock.instant();
        assertThat(scene.until(State.ROLLED_BACK, HOUR)).isTrue();
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 0%");
        assertThat(Duration.between(planted, scene.run().endedAt().orElseThrow()))
                .isLessThan(Duration.ofMinutes(2));
        assertThat(scene.run().why()).contains("failures");
        assertThat(scene.steps()).endsWith("rollout roll back", "rollout rolled back");
        assertThat(scene.watch().verdicts()).anyMatch(verdict -> verdict.status() == Verdict.Status.BREACHED);
    }

    @Test
    void aCriticalCodeBringsItDownAtOnce() {
        startAndReach(
                RolloutPlan.stages("10:15m,50:15m,100")
                        .guard("code DATABASE_CONNECTION_LOST -> rollback")
                        .build(),
                10);
        scene.run(Duration.ofMinutes(1));
        scene.application.fails("DATABASE_CONNECTION_LOST");
        assertThat(scene.until(State.ROLLED_BACK, Duration.ofMinutes(1))).isTrue();
        assertThat(scene.run().why()).contains("DATABASE_CONNECTION_LOST");
    }

    @Test
    void watchingGoesOnForHalfAnHourAfterARollback() {
        startAndReach(PLAN, 10);
        scene.run(Duration.ofMinutes(1));
        scene.application.treatmentFails(0.6);
        assertThat(scene.until(State.ROLLED_BACK, Duration.ofMinutes(5))).isTrue();
        Instant ended = scene.run().endedAt().orElseThrow();
        scene.run(Duration.ofMinutes(29));
        assertThat(scene.watch().at()).isEqualTo(scene.clock.instant());
        scene.run(Duration.ofMinutes(5));
        assertThat(scene.watch().at()).isBetween(ended.plusSeconds(1_800), ended.plusSeconds(1_810));
    }

    @Test
    void aControllerThatDiesIsFollowedByOneThatGoesOnFromItsRecord() {
        startAndReach(PLAN, 50);
        scene.run(Duration.ofMinutes(10));
        Duration healthy = scene.watch().healthy();
        scene.dies(controller);
        scene.run(Duration.ofMinutes(3));
        Instant back = scene.clock.instant();
        scene.controller();
        scene.run(Duration.ofMinutes(1));
        assertThat(scene.watch().healthy()).isBetween(healthy, healthy.plusSeconds(70));
        assertThat(scene.until(() -> scene.percentage().isFull(), HOUR)).isTrue();
        assertThat(Duration.between(back, scene.flag().updatedAt())).isGreaterThan(Duration.ofMinutes(4));
    }

    @Test
    void nothingOfATimeWithoutAControllerCountsAndThatItsEvidenceIsLostIsSaid() {
        startAndReach(PLAN, 50);
        scene.run(Duration.ofMinutes(10));
        Duration healthy = scene.watch().healthy();
        scene.dies(controller);
        scene.run(Duration.ofMinutes(40));
        assertThat(scene.stands()).isEqualTo("RUNNING 50%");
        Instant back = scene.clock.instant();
        scene.controller();
        scene.run(Duration.ofMinutes(1));
        assertThat(scene.watch().healthy()).isBetween(healthy, healthy.plusSeconds(70));
        assertThat(scene.watch().notes())
                .anyMatch(note -> note.contains("was not used: no controller looked for more than 15 minutes"));
        assertThat(scene.until(() -> scene.percentage().isFull(), HOUR)).isTrue();
        assertThat(Duration.between(back, scene.flag().updatedAt())).isGreaterThan(Duration.ofMinutes(4));
    }

    @Test
    void ofTwoControllersOneWorksAndTheOtherTakesOverWhenItsLeaseIsOver() {
        ControllerLoop other = scene.controller();
        startAndReach(PLAN, 10);
        assertThat(scene.watch().controller()).isEqualTo("controller-0");
        scene.dies(controller);
        scene.run(Duration.ofSeconds(20));
        assertThat(scene.watch().controller()).isEqualTo("controller-1");
        other.release();
    }

    @Test
    void aPercentageSetByHandStaysUntilAPersonResumes() {
        startAndReach(PLAN, 10);
        scene.run(Duration.ofMinutes(10));
        scene.admin.setPercentage(Scene.KEY, Percentage.of(30), Scene.BECAUSE);
        scene.run(Duration.ofMinutes(40));
        assertThat(scene.stands()).isEqualTo("HOLDING 30%");
        scene.people.resume(Scene.KEY, Scene.BECAUSE);
        Instant resumed = scene.clock.instant();
        assertThat(scene.until(() -> scene.percentage().equals(Percentage.of(50)), HOUR))
                .isTrue();
        assertThat(Duration.between(resumed, scene.flag().updatedAt())).isGreaterThanOrEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void aPausedRolloutStaysAndItsGuardsGoOnWatching() {
        startAndReach(PLAN, 10);
        scene.people.pause(Scene.KEY, Scene.BECAUSE);
        scene.run(Duration.ofMinutes(40));
        assertThat(scene.stands()).isEqualTo("PAUSED 10%");
        assertThat(scene.watch().healthy()).isLessThan(Duration.ofMinutes(1));
        scene.application.treatmentFails(0.6);
        assertThat(scene.until(State.ROLLED_BACK, Duration.ofMinutes(5))).isTrue();
        assertThat(scene.percentage()).isEqualTo(Percentage.ZERO);
    }

    @Test
    void anApprovalIsWaitedForAndThenTheControllerRaises() {
        startAndReach(RolloutPlan.stages("10:15m:approval,100").build(), 10);
        assertThat(scene.until(State.AWAITING_APPROVAL, HOUR)).isTrue();
        scene.run(Duration.ofMinutes(30));
        assertThat(scene.stands()).isEqualTo("AWAITING_APPROVAL 10%");
        scene.people.promote(Scene.KEY, false, Scene.BECAUSE);
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
        scene.run(Duration.ofSeconds(4));
        assertThat(scene.stands()).isEqualTo("SOAKING 100%");
    }

    @Test
    void aKillEndsItAndIsNeverUndone() {
        startAndReach(PLAN, 50);
        scene.admin.kill(new KillScope.Keys(List.of(Scene.KEY)), Scene.BECAUSE);
        long revision = scene.store.head().revision();
        scene.run(Duration.ofMinutes(40));
        assertThat(scene.run().state()).isEqualTo(State.KILLED);
        assertThat(scene.store.head().revision()).isEqualTo(revision);
    }

    @Test
    void aGradualAbortStaysAtTheFirstLevelThatIsHealthy() {
        startAndReach(PLAN, 100);
        scene.people.abort(Scene.KEY, AbortTo.gradually(), Scene.BECAUSE);
        assertThat(scene.stands()).isEqualTo("ROLLING_BACK 50%");
        scene.run(Duration.ofMinutes(4));
        assertThat(scene.stands()).isEqualTo("ROLLING_BACK 50%");
        assertThat(scene.until(State.ROLLED_BACK, Duration.ofMinutes(3))).isTrue();
        assertThat(scene.percentage()).isEqualTo(Percentage.of(50));
    }

    @Test
    void aBreachThatStepsBackGoesLowerOnlyWhileItLasts() {
        startAndReach(
                RolloutPlan.stages("10:15m,50:15m,100")
                        .guard("error-rate > 5% for 1m -> step-back")
                        .guard("failures worse than control -> notify")
                        .guard("error-rate-limit: error-rate > 50% for 1m -> rollback")
                        .build(),
                50);
        scene.run(Duration.ofMinutes(3));
        scene.application.everythingFails(0.08);
        assertThat(scene.until(() -> scene.stands().equals("ROLLING_BACK 10%"), Duration.ofMinutes(5)))
                .as(scene::stands)
                .isTrue();
        scene.application.everythingFails(0.01);
        assertThat(scene.until(State.ROLLED_BACK, Duration.ofMinutes(20)))
                .as(scene::stands)
                .isTrue();
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
    }

    @Test
    void whenNobodyReportsItHoldsAndGoesOnOnceSomebodyDoes() {
        startAndReach(PLAN, 10);
        scene.run(Duration.ofMinutes(5));
        scene.application.users(0);
        scene.application.lives(0);
        assertThat(scene.until(State.HOLDING, Duration.ofMinutes(5))).isTrue();
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
    }

    @Test
    void whenInstancesVanishItHoldsAndThenRollsBack() {
        startAndReach(PLAN, 50);
        scene.run(Duration.ofMinutes(5));
        scene.application.lives(3);
        assertThat(scene.until(State.HOLDING, Duration.ofMinutes(2)))
                .as(scene::stands)
                .isTrue();
        assertThat(scene.run().why()).contains("survivors");
        assertThat(scene.until(State.ROLLED_BACK, Duration.ofMinutes(5)))
                .as(scene::stands)
                .isTrue();
    }

    @Test
    void aFailedPreconditionBlocksTheStartAndLaterOnlyTheRaise() {
        RolloutPlan plan = RolloutPlan.stages("10:15m,50:15m,100")
                .requireFunction("create_project_atomic")
                .build();
        scene.answers.failing.put("function create_project_atomic", "function create_project_atomic is not there");
        scene.start(plan);
        scene.run(Duration.ofSeconds(10));
        assertThat(scene.stands()).isEqualTo("BLOCKED 0%");
        assertThat(scene.run().why()).contains("create_project_atomic");

        scene.answers.failing.clear();
        startAndReach(plan, 10);
        scene.answers.failing.put("function create_project_atomic", "function create_project_atomic is gone");
        scene.run(Duration.ofMinutes(40));
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
        assertThat(scene.watch().preconditions()).containsValue("function create_project_atomic is gone");
        scene.answers.failing.clear();
        scene.run(Duration.ofSeconds(4));
        assertThat(scene.stands()).isEqualTo("RUNNING 50%");
    }

    @Test
    void aMeasurementBeyondItsBoundIsActedOnAsThePlanSays() {
        scene.answers.measured.put("orphaned_rows", 0.0);
        startAndReach(
                RolloutPlan.stages("10:15m,50:15m,100")
                        .guard("measure orphaned_rows > 0 -> rollback")
                        .build(),
                10);
        scene.answers.measured.put("orphaned_rows", 3.0);
        scene.run(Duration.ofSeconds(6));
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 0%");
        assertThat(scene.run().why()).contains("orphaned_rows is 3");
    }
}
