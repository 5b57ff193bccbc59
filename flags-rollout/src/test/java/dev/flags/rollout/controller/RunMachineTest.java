package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunFields;
import dev.flags.rollout.Verdict.Status;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunMachineTest {
    private static final Duration BAKED = Duration.ofMinutes(15);

    private static Sights of(State state) {
        return Sights.of(state);
    }

    @Nested
    class Preflight {
        @Test
        void itBeginsWhenAllIsWell() {
            assertThat(of(State.PREFLIGHT).at(0).next()).isInstanceOf(Step.Begin.class);
        }

        @Test
        void tooLittleReportedOfAPathThatNobodyTakesIsNoReasonNotToBegin() {
            assertThat(of(State.PREFLIGHT)
                            .at(0)
                            .says("errors", Status.NO_DATA, Action.ROLL_BACK)
                            .next())
                    .isInstanceOf(Step.Begin.class);
        }

        @Test
        void aFailedPreconditionBlocksItAndIsNamed() {
            assertThat(of(State.PREFLIGHT)
                            .at(0)
                            .unmet("function create_project_atomic is not there")
                            .next())
                    .isEqualTo(new Step.Block("function create_project_atomic is not there"));
        }

        @Test
        void aPreconditionWithoutAnAnswerIsWaitedFor() {
            assertThat(of(State.PREFLIGHT).at(0).unanswered().next()).isInstanceOf(Step.Stay.class);
        }

        @Test
        void aBreachBlocksItForThereIsNothingToTakeBack() {
            assertThat(of(State.PREFLIGHT)
                            .at(5)
                            .says("errors", Status.BREACHED, Action.ROLL_BACK)
                            .next())
                    .isInstanceOf(Step.Block.class);
        }

        @Test
        void aGateIsAskedAndWhenItRefusesItIsBlocked() {
            assertThat(of(State.PREFLIGHT).at(0).gated().next()).isEqualTo(new Step.AskGates(0));
            assertThat(of(State.PREFLIGHT).at(0).gateSays(false).next())
                    .isEqualTo(new Step.Block("the change freeze is on"));
            assertThat(of(State.PREFLIGHT).at(0).gateSays(true).next()).isInstanceOf(Step.Begin.class);
        }

        @Test
        void aDisabledFlagIsBlocked() {
            assertThat(of(State.PREFLIGHT).at(0).disabled().next()).isInstanceOf(Step.Block.class);
        }

        @ParameterizedTest
        @EnumSource(names = {"PAUSED", "HOLDING"})
        void aRunThatWasStoppedBeforeItBeganTakesNothingBack(State state) {
            assertThat(of(state)
                            .at(5)
                            .notBegun()
                            .says("errors", Status.BREACHED, Action.ROLL_BACK)
                            .next())
                    .isInstanceOf(Step.Stay.class);
        }
    }

    @Nested
    class Climbing {
        @Test
        void aStageIsLeftOnlyWhenItsBakeIsOver() {
            assertThat(of(State.RUNNING).healthyFor(BAKED.minusSeconds(1)).next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(of(State.RUNNING).healthyFor(BAKED).next())
                    .isInstanceOfSatisfying(
                            Step.Advance.class,
                            advance -> assertThat(advance.stage()).isEqualTo(1));
        }

        @ParameterizedTest
        @EnumSource(
                value = Status.class,
                names = {"UNSETTLED", "BREACHED", "NO_DATA"})
        void aConditionForAdvancingThatIsNotHealthyKeepsItWhereItIs(Status status) {
            assertThat(of(State.RUNNING).healthyFor(BAKED).advanceSays(status).next())
                    .isInstanceOf(Step.Stay.class);
        }

        @Test
        void aGuardBetweenItsThresholdsKeepsItWhereItIs() {
            assertThat(of(State.RUNNING)
                            .healthyFor(BAKED)
                            .says("errors", Status.UNSETTLED, Action.ROLL_BACK)
                            .next())
                    .isInstanceOf(Step.Stay.class);
        }

        @Test
        void aFailedPreconditionOnlyStopsTheRaise() {
            assertThat(of(State.RUNNING)
                            .healthyFor(BAKED)
                            .unmet("the migration is gone")
                            .next())
                    .isEqualTo(new Step.Stay("does not advance: the migration is gone"));
        }

        @Test
        void withoutFreshEvidenceNothingIsRaised() {
            assertThat(of(State.RUNNING).healthyFor(BAKED).stale().next()).isInstanceOf(Step.Stay.class);
        }

        @Test
        void aGateIsAskedLastAndARefusalStopsTheRaise() {
            assertThat(of(State.RUNNING).gated().next()).isInstanceOf(Step.Stay.class);
            assertThat(of(State.RUNNING).healthyFor(BAKED).gated().next()).isEqualTo(new Step.AskGates(1));
            assertThat(of(State.RUNNING).healthyFor(BAKED).gateSays(false).next())
                    .isEqualTo(new Step.Stay("does not advance: the change freeze is on"));
            assertThat(of(State.RUNNING).healthyFor(BAKED).gateSays(true).next())
                    .isInstanceOf(Step.Advance.class);
        }

        @Test
        void aDisabledFlagDoesNotClimb() {
            assertThat(of(State.RUNNING).healthyFor(BAKED).disabled().next()).isInstanceOf(Step.Stay.class);
        }

        @Test
        void theLastStageIsSoakedThenCompleted() {
            assertThat(of(State.SOAKING)
                            .stage(2)
                            .healthyFor(BAKED.minusSeconds(1))
                            .next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(of(State.SOAKING).stage(2).healthyFor(BAKED).next()).isInstanceOf(Step.Complete.class);
            assertThat(of(State.SOAKING).stage(2).healthyFor(BAKED).stale().next())
                    .isInstanceOf(Step.Stay.class);
        }

        @Test
        void aBakeOfTheLastStageThatIsLongerThanTheSoakIsKept() {
            assertThat(of(State.SOAKING)
                            .stages(Sights.stage(10, 15), Sights.stage(100, 60))
                            .stage(1)
                            .healthyFor(Duration.ofMinutes(59))
                            .next())
                    .isInstanceOf(Step.Stay.class);
        }

        @Test
        void aRunThatAPersonPromotesIsNeverMoved() {
            assertThat(of(State.RUNNING).healthyFor(BAKED).manual().next()).isEqualTo(new Step.Stay(""));
            assertThat(of(State.RUNNING)
                            .manual()
                            .says("errors", Status.BREACHED, Action.ROLL_BACK)
                            .next())
                    .isEqualTo(new Step.Stay(""));
        }

        @Test
        void theLatencyBoundOfTheFirstStageIsFixedOnceItHasSettled() {
            Duration bound = Duration.ofMillis(420);
            assertThat(of(State.RUNNING).latency(bound).next()).isEqualTo(new Step.CompareLatency(bound));
            assertThat(of(State.RUNNING)
                            .latency(bound)
                            .since(Duration.ofSeconds(119))
                            .next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(of(State.RUNNING)
                            .latency(bound)
                            .with(RunFields.LATENCY_COMPARISON, "PT1S")
                            .next())
                    .isInstanceOf(Step.Stay.class);
        }
    }

    @Nested
    class Approval {
        private static Stage asking() {
            return new Stage(Percentage.of(10), BAKED, Map.of("approval", true));
        }

        private Sights asked(State state) {
            return of(state).stages(asking(), Sights.stage(100, 0)).healthyFor(BAKED);
        }

        @Test
        void aStageThatNeedsApprovalWaitsForItOnceItIsHealthy() {
            assertThat(asked(State.RUNNING).healthyFor(BAKED.minusSeconds(1)).next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(asked(State.RUNNING).next()).isInstanceOf(Step.AwaitApproval.class);
            assertThat(asked(State.AWAITING_APPROVAL).next()).isInstanceOf(Step.Stay.class);
        }

        @Test
        void onceApprovedItAdvancesAndAsksAgainForEverythingElse() {
            assertThat(asked(State.AWAITING_APPROVAL).approved().next()).isInstanceOf(Step.Advance.class);
            assertThat(asked(State.RUNNING).approved().next()).isInstanceOf(Step.Advance.class);
            assertThat(asked(State.RUNNING).approved().unmet("gone").next()).isInstanceOf(Step.Stay.class);
        }

        @Test
        void theApprovalOfAnotherStageIsNone() {
            assertThat(asked(State.RUNNING).with(RunFields.APPROVED, 7L).next()).isInstanceOf(Step.AwaitApproval.class);
        }

        @Test
        void aStageWithoutABakeLastsUntilAPersonAgrees() {
            assertThat(of(State.RUNNING)
                            .stages(
                                    new Stage(Percentage.of(10), Duration.ZERO, Map.of("approval", true)),
                                    Sights.stage(100, 0))
                            .next())
                    .isInstanceOf(Step.AwaitApproval.class);
        }

        @Test
        void guardsWatchMeanwhile() {
            assertThat(asked(State.AWAITING_APPROVAL)
                            .says("errors", Status.BREACHED, Action.HOLD)
                            .next())
                    .isInstanceOf(Step.Hold.class);
            assertThat(asked(State.AWAITING_APPROVAL)
                            .says("errors", Status.BREACHED, Action.ROLL_BACK)
                            .next())
                    .isInstanceOf(Step.RollBack.class);
        }
    }

    @Nested
    class Holding {
        @ParameterizedTest
        @EnumSource(names = {"RUNNING", "SOAKING", "AWAITING_APPROVAL"})
        void aBreachThatHoldsHolds(State state) {
            assertThat(of(state).says("errors", Status.BREACHED, Action.HOLD).next())
                    .isEqualTo(new Step.Hold("errors: errors is BREACHED"));
        }

        @Test
        void tooLittleReportedHolds() {
            assertThat(of(State.RUNNING)
                            .healthyFor(BAKED)
                            .says("errors", Status.NO_DATA, Action.ROLL_BACK)
                            .next())
                    .isInstanceOf(Step.Hold.class);
        }

        @Test
        void whatAGuardHeldGoesOnByItselfWhenItWasCalmForAWhile() {
            assertThat(of(State.HOLDING)
                            .heldByGuard()
                            .calmFor(Duration.ofSeconds(29))
                            .next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(of(State.HOLDING)
                            .heldByGuard()
                            .calmFor(Duration.ofSeconds(30))
                            .next())
                    .isInstanceOf(Step.GoOn.class);
            assertThat(of(State.HOLDING)
                            .heldByGuard()
                            .says("errors", Status.UNSETTLED, Action.HOLD)
                            .next())
                    .isInstanceOf(Step.Stay.class);
        }

        @Test
        void whatAPersonsChangeHeldWaitsForAPerson() {
            assertThat(of(State.HOLDING).next()).isEqualTo(new Step.Stay("on hold until a person resumes it"));
            assertThat(of(State.HOLDING).with(RunFields.HELD_PERCENTAGE, "50%").next())
                    .isEqualTo(new Step.Stay("on hold until a person resumes it"));
        }

        @Test
        void aNotificationChangesNothing() {
            assertThat(of(State.RUNNING)
                            .healthyFor(BAKED)
                            .says("errors", Status.BREACHED, Action.NOTIFY)
                            .next())
                    .isInstanceOf(Step.Advance.class);
        }
    }

    @Nested
    class ComingDown {
        @ParameterizedTest
        @EnumSource(names = {"RUNNING", "SOAKING", "PAUSED", "HOLDING", "AWAITING_APPROVAL", "ROLLING_BACK"})
        void aBreachThatRollsBackGoesStraightToZeroFromEveryState(State state) {
            assertThat(of(state)
                            .says("errors", Status.BREACHED, Action.ROLL_BACK)
                            .next())
                    .isEqualTo(new Step.RollBack("errors: errors is BREACHED"));
        }

        @ParameterizedTest
        @EnumSource(names = {"RUNNING", "SOAKING", "PAUSED", "HOLDING", "AWAITING_APPROVAL"})
        void aBreachThatStepsBackGoesDownOneLevel(State state) {
            assertThat(of(state)
                            .stage(2)
                            .says("errors", Status.BREACHED, Action.STEP_BACK)
                            .next())
                    .isEqualTo(new Step.StepBackTo(Percentage.of(50), "errors: errors is BREACHED"));
        }

        @Test
        void theLevelsAreThePlansOwnWhereItNamesThem() {
            assertThat(of(State.SOAKING)
                            .stage(2)
                            .levels(25, 5, 0)
                            .says("errors", Status.BREACHED, Action.STEP_BACK)
                            .next())
                    .isEqualTo(new Step.StepBackTo(Percentage.of(25), "errors: errors is BREACHED"));
        }

        @Test
        void aWrongSplitHoldsAndNeverHidesARollback() {
            assertThat(of(State.RUNNING)
                            .says("split", Status.BREACHED, Action.ROLL_BACK)
                            .next())
                    .isInstanceOf(Step.Hold.class);
            assertThat(of(State.HOLDING)
                            .heldByGuard()
                            .says("split", Status.BREACHED, Action.HOLD)
                            .says("errors", Status.BREACHED, Action.ROLL_BACK)
                            .next())
                    .isInstanceOf(Step.RollBack.class);
        }

        @Test
        void missingDataDoesWhatThePlanSaysOnceItWasHeldForSoLong() {
            RolloutPlan.Missing then = new RolloutPlan.Missing(Duration.ofMinutes(10), Action.ROLL_BACK);
            assertThat(of(State.HOLDING)
                            .heldByGuard()
                            .missingFor(Duration.ofMinutes(9), then)
                            .says("errors", Status.NO_DATA, Action.HOLD)
                            .next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(of(State.HOLDING)
                            .heldByGuard()
                            .missingFor(Duration.ofMinutes(10), then)
                            .says("errors", Status.NO_DATA, Action.HOLD)
                            .next())
                    .isInstanceOf(Step.RollBack.class);
            assertThat(of(State.HOLDING)
                            .heldByGuard()
                            .missingFor(Duration.ofDays(1), RolloutPlan.Missing.HOLD)
                            .says("errors", Status.NO_DATA, Action.HOLD)
                            .next())
                    .isInstanceOf(Step.Stay.class);
        }

        @Test
        void whatWasDecidedHappensEvenWhenItsCauseIsOver() {
            assertThat(of(State.RUNNING).due(0).next()).isEqualTo(new Step.RollBack("decided before"));
            assertThat(of(State.PAUSED).stage(2).due(50).next())
                    .isEqualTo(new Step.StepBackTo(Percentage.of(50), "decided before"));
        }

        @Test
        void atZeroTheRollbackIsOverWhateverGuardsSay() {
            assertThat(of(State.ROLLING_BACK)
                            .at(0)
                            .says("errors", Status.BREACHED, Action.ROLL_BACK)
                            .with(RunFields.WHY, "errors")
                            .next())
                    .isEqualTo(new Step.EndRolledBack("errors"));
        }

        @Test
        void aLevelThatIsHealthyForItsBakeIsTheLast() {
            assertThat(of(State.ROLLING_BACK)
                            .at(50)
                            .healthyFor(Duration.ofSeconds(299))
                            .next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(of(State.ROLLING_BACK)
                            .at(50)
                            .healthyFor(Duration.ofMinutes(5))
                            .next())
                    .isInstanceOf(Step.EndRolledBack.class);
        }

        @Test
        void itGoesLowerOnlyWhileAGuardIsBreachedAndOnceTheLevelWasLookedAt() {
            assertThat(of(State.ROLLING_BACK)
                            .at(50)
                            .since(Duration.ofSeconds(29))
                            .says("errors", Status.BREACHED, Action.STEP_BACK)
                            .next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(of(State.ROLLING_BACK)
                            .at(50)
                            .since(Duration.ofSeconds(30))
                            .says("errors", Status.BREACHED, Action.HOLD)
                            .next())
                    .isEqualTo(new Step.StepBackTo(Percentage.of(10), "errors: errors is BREACHED"));
            assertThat(of(State.ROLLING_BACK)
                            .at(50)
                            .says("errors", Status.NO_DATA, Action.STEP_BACK)
                            .next())
                    .isInstanceOf(Step.Stay.class);
            assertThat(of(State.ROLLING_BACK)
                            .at(10)
                            .says("errors", Status.BREACHED, Action.STEP_BACK)
                            .next())
                    .isEqualTo(new Step.StepBackTo(Percentage.ZERO, "errors: errors is BREACHED"));
        }

        @Test
        void aCriticalCodeOnTheWayDownGoesStraightToZeroAtOnce() {
            assertThat(of(State.ROLLING_BACK)
                            .at(50)
                            .since(Duration.ZERO)
                            .says("codes", Status.BREACHED, Action.STEP_BACK)
                            .next())
                    .isEqualTo(new Step.RollBack("codes: codes is BREACHED"));
        }

        @Test
        void aWrongSplitNeitherHastensNorEndsTheWayDown() {
            assertThat(of(State.ROLLING_BACK)
                            .at(50)
                            .healthyFor(Duration.ofMinutes(5))
                            .says("split", Status.BREACHED, Action.HOLD)
                            .next())
                    .isInstanceOf(Step.EndRolledBack.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DRAFT", "BLOCKED", "COMPLETED", "ROLLED_BACK", "ABORTED", "KILLED"})
    void whatIsOverStaysOver(State state) {
        assertThat(of(state)
                        .healthyFor(BAKED)
                        .due(0)
                        .says("errors", Status.BREACHED, Action.ROLL_BACK)
                        .next())
                .isEqualTo(new Step.Stay(""));
    }

    @Test
    void aPausedRunStaysPausedWhateverHolds() {
        assertThat(of(State.PAUSED).healthyFor(BAKED).next()).isInstanceOf(Step.Stay.class);
        assertThat(of(State.PAUSED).says("errors", Status.NO_DATA, Action.HOLD).next())
                .isInstanceOf(Step.Stay.class);
    }
}
