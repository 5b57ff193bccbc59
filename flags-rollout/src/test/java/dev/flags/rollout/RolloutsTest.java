package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.FlagStates;
import dev.flags.admin.KillScope;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.InMemoryFlagStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RolloutsTest {
    private static final WriteOptions BECAUSE = WriteOptions.because("a test");
    private static final String KEY = "atomic-projects";
    private static final RolloutPlan BY_HAND = RolloutPlan.manual("10,50,100");

    private final InMemoryFlagStore store = new InMemoryFlagStore("test");
    private final Actor actor = new Actor("ada", "ada", "here");
    private final FlagAdmin admin = new FlagAdmin(store, actor);
    private final Rollouts rollouts = new Rollouts(store, actor);

    @BeforeEach
    void create() {
        admin.create(FlagDefinition.builder(KEY).build(), BECAUSE);
    }

    private void expect(RolloutRun.State state, int stage, int percent) {
        RolloutRun run = rollouts.status(KEY).rollout().orElseThrow();
        assertThat(run.state()).isEqualTo(state);
        assertThat(run.stage()).isEqualTo(stage);
        assertThat(store.flag(KEY).definition().orElseThrow().percentage()).isEqualTo(Percentage.of(percent));
    }

    private void startDefault() {
        rollouts.startManual(KEY, BY_HAND, BECAUSE);
    }

    @Test
    void aRolloutClimbsStageByStageEachInOneCommit() {
        startDefault();
        expect(RolloutRun.State.RUNNING, 0, 10);
        assertThat(store.head().revision()).isEqualTo(2);
        rollouts.promote(KEY, false, BECAUSE);
        expect(RolloutRun.State.RUNNING, 1, 50);
        rollouts.promote(KEY, false, BECAUSE);
        expect(RolloutRun.State.RUNNING, 2, 100);
        rollouts.promote(KEY, false, BECAUSE);
        expect(RolloutRun.State.COMPLETED, 2, 100);
        assertThat(store.head().revision()).isEqualTo(5);
        assertThatThrownBy(() -> rollouts.promote(KEY, false, BECAUSE)).isInstanceOf(NoSuchFlagException.class);
    }

    @Test
    void promotingInFullGoesToTheLastStage() {
        startDefault();
        rollouts.promote(KEY, true, BECAUSE);
        expect(RolloutRun.State.RUNNING, 2, 100);
    }

    @Test
    void ofTwoPromotionsBasedOnTheSameSightOneIsTold() {
        startDefault();
        long seen = store.flag(KEY).revision();
        rollouts.promote(KEY, false, BECAUSE.expecting(seen));
        assertThat(rollouts.promote(KEY, false, BECAUSE.expecting(seen))).isInstanceOf(WriteOutcome.Conflict.class);
        expect(RolloutRun.State.RUNNING, 1, 50);
    }

    @Test
    void aPausedRolloutIsResumedBeforeItIsPromoted() {
        startDefault();
        rollouts.pause(KEY, WriteOptions.DEFAULT);
        expect(RolloutRun.State.PAUSED, 0, 10);
        assertThatThrownBy(() -> rollouts.promote(KEY, false, BECAUSE))
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("resume");
        rollouts.resume(KEY, BECAUSE);
        expect(RolloutRun.State.RUNNING, 0, 10);
    }

    @Test
    void aManualChangeHoldsTheRolloutAndResumeGoesOnFromThere() {
        startDefault();
        rollouts.promote(KEY, false, BECAUSE);
        admin.setPercentage(KEY, Percentage.of(30), BECAUSE);
        expect(RolloutRun.State.HOLDING, 1, 30);
        rollouts.resume(KEY, BECAUSE);
        expect(RolloutRun.State.RUNNING, 1, 30);
        rollouts.promote(KEY, false, BECAUSE);
        expect(RolloutRun.State.RUNNING, 2, 100);
    }

    @Test
    void anAbortGoesToZeroOrToWhatWasBeforeAndNeverUp() {
        admin.setPercentage(KEY, Percentage.of(5), BECAUSE);
        startDefault();
        rollouts.abort(KEY, AbortTo.previous(), WriteOptions.DEFAULT);
        expect(RolloutRun.State.ABORTED, 0, 5);
        startDefault();
        assertThatThrownBy(() -> rollouts.abort(KEY, AbortTo.percentage(Percentage.of(60)), BECAUSE))
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("only lowers");
        rollouts.abort(KEY, AbortTo.zero(), WriteOptions.DEFAULT);
        expect(RolloutRun.State.ABORTED, 0, 0);
    }

    @Test
    void aKillEndsTheRolloutAndLiftingItReturnsAtZero() {
        startDefault();
        rollouts.promote(KEY, false, BECAUSE);
        admin.kill(new KillScope.Keys(List.of(KEY)), WriteOptions.DEFAULT);
        expect(RolloutRun.State.KILLED, 1, 50);
        assertThat(store.flag(KEY).kill().orElseThrow().endedRollout()).isTrue();
        admin.unkill(List.of(KEY), Optional.empty(), BECAUSE);
        expect(RolloutRun.State.KILLED, 1, 0);
    }

    @Test
    void undoHoldsARolloutInsteadOfRestartingIt() {
        startDefault();
        rollouts.promote(KEY, false, BECAUSE);
        admin.undo(List.of(KEY), OptionalLong.empty(), BECAUSE);
        expect(RolloutRun.State.HOLDING, 1, 10);
    }

    @Test
    void aFlagThatIsKilledDisabledUnknownOrUnderWayStartsNoRollout() {
        assertThatThrownBy(() -> rollouts.startManual("nope", BY_HAND, BECAUSE))
                .isInstanceOf(NoSuchFlagException.class);
        admin.disable(List.of(KEY), BECAUSE);
        assertThatThrownBy(this::startDefault).hasMessageContaining("disabled");
        admin.enable(List.of(KEY), BECAUSE);
        startDefault();
        assertThatThrownBy(this::startDefault).hasMessageContaining("already");
        admin.kill(new KillScope.Keys(List.of(KEY)), WriteOptions.DEFAULT);
        assertThatThrownBy(this::startDefault).hasMessageContaining("killed");
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void aStageBelowWhatIsServedIsRefused() {
        admin.setPercentage(KEY, Percentage.of(20), BECAUSE);
        assertThatThrownBy(this::startDefault)
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("only climbs");
    }

    @Test
    void aPromotionThatLostToAKillIsAConflictAndRaisesNothing() {
        startDefault();
        long seen = store.flag(KEY).revision();
        admin.kill(new KillScope.Keys(List.of(KEY)), WriteOptions.DEFAULT);
        assertThat(rollouts.promote(KEY, false, BECAUSE.expecting(seen)))
                .isEqualTo(new WriteOutcome.Conflict(KEY, seen, seen + 1));
        expect(RolloutRun.State.KILLED, 0, 10);
    }

    @Test
    void aPromotionNeverLowersWhatWasSetByHand() {
        startDefault();
        admin.setPercentage(KEY, Percentage.of(60), BECAUSE);
        rollouts.resume(KEY, BECAUSE);
        assertThat(rollouts.promote(KEY, false, BECAUSE))
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.notes()).anyMatch(note -> note.contains("stays at the 60%")));
        expect(RolloutRun.State.RUNNING, 1, 60);
        rollouts.promote(KEY, false, BECAUSE);
        expect(RolloutRun.State.RUNNING, 2, 100);
    }

    @Test
    void aDisabledFlagHoldsItsRolloutAndIsNotPromotedAfterAResumeEither() {
        startDefault();
        admin.disable(List.of(KEY), BECAUSE);
        expect(RolloutRun.State.HOLDING, 0, 10);
        assertThatThrownBy(() -> rollouts.promote(KEY, false, BECAUSE))
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("resume");

        rollouts.resume(KEY, BECAUSE);
        assertThatThrownBy(() -> rollouts.promote(KEY, false, BECAUSE))
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("enable");
        expect(RolloutRun.State.RUNNING, 0, 10);
    }

    @Test
    void anAbortToWhatWasBeforeEndsTheRunEvenWhereLessWasSetMeanwhile() {
        admin.setPercentage(KEY, Percentage.of(5), BECAUSE);
        startDefault();
        admin.setPercentage(KEY, Percentage.of(2), BECAUSE);
        rollouts.abort(KEY, AbortTo.previous(), WriteOptions.DEFAULT);
        expect(RolloutRun.State.ABORTED, 0, 2);
        assertThatThrownBy(() -> rollouts.resume(KEY, BECAUSE)).isInstanceOf(NoSuchFlagException.class);
    }

    @Test
    void inAProtectedEnvironmentPauseAndAbortAskNothingAndAPromotionAsks() {
        startDefault();
        admin.protect(true, BECAUSE);
        assertThat(rollouts.promote(KEY, false, WriteOptions.DEFAULT)).isInstanceOf(WriteOutcome.NeedsReason.class);
        assertThat(rollouts.promote(KEY, false, BECAUSE)).isInstanceOf(WriteOutcome.NeedsConfirmation.class);
        expect(RolloutRun.State.RUNNING, 0, 10);
        rollouts.pause(KEY, WriteOptions.DEFAULT);
        expect(RolloutRun.State.PAUSED, 0, 10);
        rollouts.abort(KEY, AbortTo.zero(), WriteOptions.DEFAULT);
        expect(RolloutRun.State.ABORTED, 0, 0);
    }

    @Test
    void aRolloutThatRollsBackIsNeitherPausedNorResumed() {
        startDefault();
        store.commit(new Commit(actor, "controller", "", Map.of(), found -> {
            FlagState flag = found.flag(KEY);
            return Commit.Write.flags(Map.of(
                    KEY,
                    FlagStates.rolledOut(
                            flag,
                            flag.definition().orElseThrow(),
                            flag.rollout().orElseThrow().in(RolloutRun.State.ROLLING_BACK))));
        }));
        assertThatThrownBy(() -> rollouts.pause(KEY, BECAUSE)).isInstanceOf(RolloutException.class);
        assertThatThrownBy(() -> rollouts.resume(KEY, BECAUSE)).isInstanceOf(RolloutException.class);
        expect(RolloutRun.State.ROLLING_BACK, 0, 10);
    }

    @Test
    void whatIsAlreadySoChangesNothing() {
        startDefault();
        rollouts.pause(KEY, BECAUSE);
        assertThat(rollouts.pause(KEY, BECAUSE))
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.changed()).isFalse());
    }

    @Test
    void aDryRunStartsNothing() {
        rollouts.startManual(KEY, BY_HAND, BECAUSE.asDryRun());
        assertThat(store.flag(KEY).rollout()).isEmpty();
        assertThat(store.head().revision()).isEqualTo(1);
    }

    @Test
    void archivingEndsTheRollout() {
        startDefault();
        admin.archive(KEY, BECAUSE);
        expect(RolloutRun.State.ABORTED, 0, 10);
    }
}
