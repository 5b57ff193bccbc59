package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.BlockedException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.FlagStates;
import dev.flags.admin.KillScope;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.json.Json;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.ControllerRecords;
import dev.flags.store.InMemoryFlagStore;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What persons do with a rollout that a controller moves. */
class ControlledRolloutsTest {
    private static final WriteOptions BECAUSE = WriteOptions.because("INC-502");
    private static final String KEY = "atomic-projects";
    private static final RolloutPlan PLAN = RolloutPlan.stages("10:15m,50:15m,100")
            .guard("p95 > 3s for 5m")
            .advance("p95 < 10s")
            .requireFunction("create_project_atomic")
            .build();

    private final InMemoryFlagStore store = new InMemoryFlagStore("test");
    private final Actor actor = new Actor("ada", "ada", "here");
    private final FlagAdmin admin = new FlagAdmin(store, actor);
    private final Rollouts rollouts = new Rollouts(store, actor);

    @BeforeEach
    void create() {
        admin.create(FlagDefinition.builder(KEY).build(), BECAUSE);
    }

    private RolloutRun run() {
        return rollouts.status(KEY).rollout().orElseThrow();
    }

    private Percentage percentage() {
        return store.flag(KEY).definition().orElseThrow().percentage();
    }

    private void expect(State state, int stage, int percent) {
        assertThat(run().state()).isEqualTo(state);
        assertThat(run().stage()).isEqualTo(stage);
        assertThat(percentage()).isEqualTo(Percentage.of(percent));
    }

    /** As a controller moves it. */
    private void move(int percent, UnaryOperator<RolloutRun> step) {
        store.commit(new Commit(new Actor("controller", "c", "here"), "rollout advance", "", Map.of(), found -> {
            FlagState flag = found.flag(KEY);
            return Commit.Write.flags(Map.of(
                    KEY,
                    FlagStates.rolledOut(
                            flag,
                            flag.definition().orElseThrow().withPercentage(Percentage.of(percent)),
                            step.apply(flag.rollout().orElseThrow()))));
        }));
    }

    private void running(int stage, int percent) {
        rollouts.start(KEY, PLAN, BECAUSE);
        move(
                percent,
                run -> run.at(stage)
                        .in(stage == 2 ? State.SOAKING : State.RUNNING)
                        .with(RunFields.STAGE_SINCE, "2026-01-01T00:00:00Z"));
    }

    private void watched(Map<String, String> preconditions, Duration healthy) {
        Map<String, Object> record = new LinkedHashMap<>();
        RunWatch watch = new RunWatch(
                run().id(),
                Instant.EPOCH,
                "c",
                run().stage(),
                healthy,
                List.of(),
                List.of(),
                preconditions,
                OptionalLong.empty(),
                0,
                Optional.empty(),
                List.of());
        record.put("watch", watch.tree());
        ControllerRecords records = store.controllerRecords().orElseThrow();
        ControllerRecords.Lease lease =
                records.acquire("c", Duration.ofMinutes(1)).orElseThrow();
        assertThat(records.write(lease, Map.of(KEY, Optional.of(Json.write(record)))))
                .isTrue();
    }

    @Test
    void aStartRaisesNothingAndLeavesThePlanToTheController() {
        WriteOutcome outcome = rollouts.start(KEY, PLAN, BECAUSE);

        expect(State.PREFLIGHT, 0, 0);
        assertThat(run().manual()).isFalse();
        assertThat(RolloutPlan.of(run())).isEqualTo(PLAN);
        assertThat(run().latencyBounds()).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(10));
        assertThat(run().extra()).doesNotContainKey(RunFields.STAGE_SINCE);
        assertThat(store.history(Optional.of(KEY), Long.MAX_VALUE, 1).get(0).action())
                .isEqualTo("rollout start");
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.notes())
                                .anyMatch(note -> note.contains("no controller is at work"))
                                .anyMatch(note -> note.contains("at 100% nobody is left to compare with")
                                        && note.contains("error-rate")
                                        && note.contains("hold-back"))
                                .anyMatch(note -> note.contains("no instance has reported outcomes of " + KEY)));
    }

    @Test
    void aHoldBackAndAControllerAtWorkNeedNoNote() {
        store.controllerRecords().orElseThrow().acquire("c", Duration.ofMinutes(1));
        RolloutPlan plan = RolloutPlan.stages("10:15m,100")
                .withoutDefaultGuards()
                .guard("measure orphaned_rows > 0")
                .holdBack(Percentage.of(1))
                .build();

        assertThat(rollouts.start(KEY, plan, BECAUSE))
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.notes()).isEmpty());
    }

    @Test
    void aPlanWithoutGuardsSaysSo() {
        assertThat(rollouts.start(KEY, RolloutPlan.manual("10:15m,100"), BECAUSE))
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.notes()).anyMatch(note -> note.contains("climbs by time alone")));
    }

    @Test
    void inAProtectedEnvironmentTheStartAsksSinceTheControllerWillNot() {
        admin.protect(true, BECAUSE);

        assertThat(rollouts.start(KEY, PLAN, BECAUSE))
                .isInstanceOfSatisfying(
                        WriteOutcome.NeedsConfirmation.class,
                        asked -> assertThat(asked.question()).contains("from 0% to 100% in 3 stages"));
        assertThat(store.flag(KEY).rollout()).isEmpty();
        rollouts.start(KEY, PLAN, BECAUSE.asConfirmed());
        expect(State.PREFLIGHT, 0, 0);
    }

    @Test
    void whatCannotClimbIsNotStarted() {
        admin.setPercentage(KEY, Percentage.of(20), BECAUSE);
        assertThatThrownBy(() -> rollouts.start(KEY, PLAN, BECAUSE)).hasMessageContaining("only climbs");
        admin.setPercentage(KEY, Percentage.ZERO, BECAUSE);
        admin.disable(List.of(KEY), BECAUSE);
        assertThatThrownBy(() -> rollouts.start(KEY, PLAN, BECAUSE)).hasMessageContaining("disabled");
        admin.enable(List.of(KEY), BECAUSE);
        admin.kill(new KillScope.Keys(List.of(KEY)), BECAUSE);
        assertThatThrownBy(() -> rollouts.start(KEY, PLAN, BECAUSE)).hasMessageContaining("killed");
        admin.unkill(List.of(KEY), Optional.empty(), BECAUSE);
        rollouts.start(KEY, PLAN, BECAUSE);
        assertThatThrownBy(() -> rollouts.start(KEY, PLAN, BECAUSE)).hasMessageContaining("already");
        admin.archive(KEY, BECAUSE);
        assertThatThrownBy(() -> rollouts.start(KEY, PLAN, BECAUSE))
                .isInstanceOf(NoSuchFlagException.class)
                .hasMessageContaining("archived");
    }

    @Test
    void aPromotionByHandRaisesAtOnceAndItsAuditSaysHowEarly() {
        running(0, 10);
        watched(Map.of("function create_project_atomic", ""), Duration.ofMinutes(4));

        WriteOutcome outcome = rollouts.promote(KEY, false, BECAUSE);

        expect(State.RUNNING, 1, 50);
        assertThat(run().why()).isEqualTo("promoted by ada before the bake of stage 1 was over (4m of 15m): INC-502");
        assertThat(run().extra()).doesNotContainEntry(RunFields.STAGE_SINCE, "2026-01-01T00:00:00Z");
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.notes())
                                .containsExactly(
                                        "promoted before the bake of stage 1 was over (4m of 15m); the guards go on watching"));
        rollouts.promote(KEY, false, BECAUSE);
        expect(State.SOAKING, 2, 100);
        rollouts.promote(KEY, false, BECAUSE);
        expect(State.COMPLETED, 2, 100);
        assertThat(run().endedAt()).isPresent();
        assertThat(run().why()).isEqualTo("completed by ada: INC-502");
    }

    @Test
    void aPromotionInFullSoaks() {
        running(0, 10);
        rollouts.promote(KEY, true, BECAUSE);
        expect(State.SOAKING, 2, 100);
    }

    @Test
    void aPersonIsNotQuickerThanTheMigration() {
        running(0, 10);
        watched(Map.of("function create_project_atomic", "it does not exist"), Duration.ZERO);

        assertThatThrownBy(() -> rollouts.promote(KEY, false, BECAUSE))
                .isInstanceOf(BlockedException.class)
                .hasMessageContaining("function create_project_atomic (it does not exist)");
        expect(State.RUNNING, 0, 10);
    }

    @Test
    void anApprovalLeavesTheRaiseToTheController() {
        running(0, 10);
        move(10, run -> run.in(State.AWAITING_APPROVAL));

        WriteOutcome outcome = rollouts.promote(KEY, false, BECAUSE);

        expect(State.AWAITING_APPROVAL, 0, 10);
        assertThat(RunFields.isApproved(run())).isTrue();
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.notes()).anyMatch(note -> note.contains("raises " + KEY + " to 50%")));
        assertThatThrownBy(() -> rollouts.resume(KEY, BECAUSE)).hasMessageContaining("promote");
    }

    @Test
    void whatHasNotBegunIsNotPromoted() {
        rollouts.start(KEY, PLAN, BECAUSE);
        assertThatThrownBy(() -> rollouts.promote(KEY, true, BECAUSE))
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("flags controller");
    }

    @Test
    void aPauseRemembersWhereItWas() {
        rollouts.start(KEY, PLAN, BECAUSE);
        rollouts.pause(KEY, BECAUSE);
        assertThat(run().why()).isEqualTo("paused by ada: INC-502");
        rollouts.resume(KEY, BECAUSE);
        expect(State.PREFLIGHT, 0, 0);
        assertThat(run().why()).isEmpty();
        move(50, run -> run.at(1).in(State.RUNNING).with(RunFields.STAGE_SINCE, "2026-01-01T00:00:00Z"));
        rollouts.pause(KEY, WriteOptions.DEFAULT);
        assertThat(run().why()).isEqualTo("paused by ada");
        rollouts.resume(KEY, BECAUSE);
        expect(State.RUNNING, 1, 50);
        assertThat(run().extra()).containsEntry(RunFields.STAGE_SINCE, "2026-01-01T00:00:00Z");
        move(100, run -> run.at(2).in(State.SOAKING));
        rollouts.pause(KEY, BECAUSE);
        rollouts.resume(KEY, BECAUSE);
        expect(State.SOAKING, 2, 100);
    }

    @Test
    void afterAManualSetItGoesOnAtThatPercentageInThatStageWhichIsObservedAnew() {
        running(1, 50);
        admin.setPercentage(KEY, Percentage.of(30), BECAUSE);
        expect(State.HOLDING, 1, 30);
        Object since = run().extra().get(RunFields.STAGE_SINCE);
        assertThat(since).isNotEqualTo("2026-01-01T00:00:00Z");

        rollouts.resume(KEY, BECAUSE);

        expect(State.RUNNING, 1, 30);
        assertThat(run().extra()).containsEntry(RunFields.STAGE_SINCE, since);
    }

    @Test
    void aControllersHoldIsResumedByAPersonWithoutBeingRememberedAsTheControllers() {
        running(1, 50);
        move(
                50,
                run -> run.in(State.HOLDING)
                        .with(RunFields.WHY, "latency-worse")
                        .with(RunFields.HELD_PERCENTAGE, "50%"));
        assertThat(RunFields.isHeldByGuard(store.flag(KEY))).isTrue();
        rollouts.resume(KEY, BECAUSE);
        expect(State.RUNNING, 1, 50);
        assertThat(run().extra()).doesNotContainKeys(RunFields.HELD_PERCENTAGE, RunFields.WHY);
    }

    @Test
    void aDisabledFlagIsEnabledBeforeItsRolloutGoesOn() {
        running(0, 10);
        admin.disable(List.of(KEY), BECAUSE);
        assertThatThrownBy(() -> rollouts.resume(KEY, BECAUSE)).hasMessageContaining("enable");
        admin.enable(List.of(KEY), BECAUSE);
        rollouts.resume(KEY, BECAUSE);
        expect(State.RUNNING, 0, 10);
    }

    @Test
    void anAbortSaysWhoAndWhen() {
        running(1, 50);
        rollouts.abort(KEY, AbortTo.zero(), BECAUSE);
        expect(State.ABORTED, 1, 0);
        assertThat(run().why()).isEqualTo("aborted by ada: INC-502");
        assertThat(run().endedAt()).isPresent();
        assertThatThrownBy(() -> rollouts.resume(KEY, BECAUSE)).isInstanceOf(NoSuchFlagException.class);
        assertThatThrownBy(() -> rollouts.promote(KEY, false, BECAUSE)).isInstanceOf(NoSuchFlagException.class);
    }

    @Test
    void aGradualAbortTakesTheFirstStepAtOnceAndLeavesTheRestToTheController() {
        running(2, 100);
        rollouts.abort(KEY, AbortTo.gradually(), BECAUSE);
        expect(State.ROLLING_BACK, 2, 50);
        assertThat(run().why()).isEqualTo("taken back step by step by ada: INC-502");
        assertThat(run().extra()).doesNotContainEntry(RunFields.STAGE_SINCE, "2026-01-01T00:00:00Z");
        assertThat(run().endedAt()).isEmpty();

        assertThat(rollouts.abort(KEY, AbortTo.gradually(), BECAUSE))
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.changed()).isFalse());
        rollouts.abort(KEY, AbortTo.zero(), BECAUSE);
        expect(State.ABORTED, 2, 0);
    }

    @Test
    void aGradualAbortWithNothingToTakeBackEndsTheRun() {
        admin.setPercentage(KEY, Percentage.of(5), BECAUSE);
        rollouts.start(KEY, PLAN, BECAUSE);
        rollouts.abort(KEY, AbortTo.gradually(), BECAUSE);
        expect(State.ABORTED, 0, 5);
    }

    @Test
    void aRolloutThatNobodyWatchesIsNotAbortedGradually() {
        rollouts.startManual(KEY, RolloutPlan.manual("10,100"), BECAUSE);
        assertThatThrownBy(() -> rollouts.abort(KEY, AbortTo.gradually(), BECAUSE))
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("--to N");
    }

    @ParameterizedTest
    @EnumSource(names = {"ABORTED", "ROLLED_BACK", "BLOCKED"})
    void whatEndedBadlyIsTriedAgainAsANewRun(State state) {
        running(1, 50);
        move(0, run -> run.ended(state, Instant.EPOCH));
        RolloutRun old = run();

        rollouts.retry(KEY, BECAUSE);

        expect(State.PREFLIGHT, 0, 0);
        assertThat(run().id()).isNotEqualTo(old.id());
        assertThat(run().endedAt()).isEmpty();
        assertThat(run().extra()).doesNotContainKey(RunFields.STAGE_SINCE);
        assertThat(RolloutPlan.of(run())).isEqualTo(PLAN);
        assertThat(store.history(Optional.of(KEY), Long.MAX_VALUE, 1).get(0).action())
                .isEqualTo("rollout retry");
    }

    @Test
    void aKilledRolloutIsTriedAgainOnceTheKillIsLifted() {
        running(1, 50);
        admin.kill(new KillScope.Keys(List.of(KEY)), BECAUSE);
        assertThatThrownBy(() -> rollouts.retry(KEY, BECAUSE)).hasMessageContaining("unkill");
        admin.unkill(List.of(KEY), Optional.empty(), BECAUSE);
        rollouts.retry(KEY, BECAUSE);
        expect(State.PREFLIGHT, 0, 0);
    }

    @Test
    void aManualRolloutIsTriedAgainByHand() {
        rollouts.startManual(KEY, RolloutPlan.manual("10,100"), BECAUSE);
        rollouts.abort(KEY, AbortTo.zero(), BECAUSE);
        rollouts.retry(KEY, BECAUSE);
        expect(State.RUNNING, 0, 10);
        assertThat(run().manual()).isTrue();
    }

    @Test
    void whatIsUnderWayOrWentWellIsNotTriedAgain() {
        assertThatThrownBy(() -> rollouts.retry(KEY, BECAUSE)).isInstanceOf(NoSuchFlagException.class);
        running(2, 100);
        assertThatThrownBy(() -> rollouts.retry(KEY, BECAUSE)).hasMessageContaining("already");
        rollouts.promote(KEY, false, BECAUSE);
        assertThatThrownBy(() -> rollouts.retry(KEY, BECAUSE))
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("COMPLETED");
    }

    @Test
    void loweringGoesThroughWhateverRevisionWasSeenAndAsksNobody() {
        running(1, 50);
        admin.protect(true, BECAUSE);
        assertThat(rollouts.abort(KEY, AbortTo.gradually(), WriteOptions.DEFAULT))
                .isInstanceOf(WriteOutcome.Done.class);
        expect(State.ROLLING_BACK, 1, 10);
        assertThatThrownBy(() -> admin.setPercentage(KEY, Percentage.of(50), BECAUSE.asConfirmed()))
                .isInstanceOf(BlockedException.class);
    }
}
