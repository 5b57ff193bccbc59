package dev.flags.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagFile;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.model.RolloutRun.State;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.InMemoryFlagStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a rollout that is under way when another verb changes its flag. */
class UnderWayTest {
    private static final WriteOptions BECAUSE = WriteOptions.because("INC-501");
    private static final Actor ADA = new Actor("ada", "ada", "here");
    private static final String EARLIER = "2026-01-01T00:00:00Z";

    private final InMemoryFlagStore store = new InMemoryFlagStore("test");
    private final FlagAdmin admin = new FlagAdmin(store, ADA);

    @BeforeEach
    void create() {
        admin.create(FlagDefinition.builder("a").percentage(Percentage.of(30)).build(), BECAUSE);
        admin.setPercentage("a", Percentage.of(50), BECAUSE);
    }

    private void rolling(State state, Map<String, Object> extra) {
        RolloutRun run = new RolloutRun(
                "run-1",
                state,
                0,
                List.of(new Stage(Percentage.of(50), Duration.ofMinutes(5))),
                Instant.EPOCH,
                "ada",
                Percentage.ZERO,
                false,
                extra);
        store.commit(new Commit(
                ADA,
                "rollout",
                "",
                Map.of(),
                found -> Commit.Write.flags(Map.of(
                        "a",
                        FlagStates.rolledOut(
                                found.flag("a"), found.flag("a").definition().orElseThrow(), run)))));
    }

    private RolloutRun run() {
        return store.flag("a").rollout().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(names = {"PREFLIGHT", "RUNNING", "SOAKING", "AWAITING_APPROVAL", "PAUSED", "HOLDING"})
    void aPercentageSetByHandPutsARolloutOnHoldAndSaysWhoDidIt(State state) {
        rolling(state, Map.of("heldPercentage", "50%", "approved", 0));

        admin.setPercentage("a", Percentage.of(20), BECAUSE);

        assertThat(run().state()).isEqualTo(State.HOLDING);
        assertThat(run().why()).isEqualTo("ada set the percentage to 20%");
        assertThat(run().extra()).doesNotContainKeys("heldPercentage", "approved", "stageSince");
    }

    @Test
    void aPercentageSetByHandBeginsToBeObservedWhenItComesIntoForce() {
        rolling(State.RUNNING, Map.of("stageSince", EARLIER));

        admin.setPercentage("a", Percentage.of(20), BECAUSE);

        assertThat(run().extra())
                .containsEntry(
                        "stageSince",
                        store.history(Optional.empty(), Long.MAX_VALUE, 1)
                                .get(0)
                                .at()
                                .toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"PREFLIGHT", "RUNNING", "SOAKING", "AWAITING_APPROVAL", "HOLDING"})
    void aDisabledFlagHoldsWhatWouldClimbByItself(State state) {
        rolling(state, Map.of("heldPercentage", "50%"));

        admin.disable(List.of("a"), BECAUSE);

        assertThat(run().state()).isEqualTo(State.HOLDING);
        assertThat(run().why()).isEqualTo("ada disabled the flag");
        assertThat(run().extra()).doesNotContainKey("heldPercentage");
    }

    @ParameterizedTest
    @EnumSource(names = {"DRAFT", "PAUSED", "ROLLING_BACK"})
    void aDisabledFlagLeavesAloneWhatDoesNotClimb(State state) {
        rolling(state, Map.of());

        admin.disable(List.of("a"), BECAUSE);

        assertThat(run().state()).isEqualTo(state);
    }

    @Test
    void aFileThatDisablesAFlagHoldsItsRollout() {
        rolling(State.RUNNING, Map.of());

        admin.apply(file(50, false), false, BECAUSE);

        assertThat(run().state()).isEqualTo(State.HOLDING);
        assertThat(run().why()).isEqualTo("ada disabled the flag");
    }

    @Test
    void aRolloutThatRollsBackGoesOnBelowAPercentageSetByHand() {
        rolling(State.ROLLING_BACK, Map.of("why", "too many errors", "stageSince", EARLIER));

        admin.setPercentage("a", Percentage.of(20), BECAUSE);

        assertThat(run().state()).isEqualTo(State.ROLLING_BACK);
        assertThat(run().why()).isEqualTo("too many errors");
        assertThat(run().extra()).doesNotContainEntry("stageSince", EARLIER);
    }

    @Test
    void whatARolloutTakesBackIsNotRaisedMeanwhileByWhateverVerb() {
        rolling(State.ROLLING_BACK, Map.of("why", "too many errors"));
        admin.setPercentage("a", Percentage.of(20), BECAUSE);
        long revision = store.head().revision();

        assertThatThrownBy(() -> admin.setPercentage("a", Percentage.of(30), BECAUSE))
                .isInstanceOf(BlockedException.class)
                .hasMessageContaining("too many errors")
                .hasMessageContaining("rollout abort a");
        assertThatThrownBy(() -> admin.apply(file(60, true), false, BECAUSE)).isInstanceOf(BlockedException.class);
        assertThatThrownBy(() -> admin.undo(List.of("a"), OptionalLong.of(2), BECAUSE))
                .isInstanceOf(BlockedException.class);
        assertThat(store.head().revision()).isEqualTo(revision);

        admin.undo(List.of("a"), OptionalLong.of(revision), BECAUSE);
        admin.disable(List.of("a"), WriteOptions.DEFAULT);
        assertThat(run().state()).isEqualTo(State.ROLLING_BACK);
    }

    @ParameterizedTest
    @EnumSource(names = {"PREFLIGHT", "SOAKING", "ROLLING_BACK"})
    void anArchivedFlagEndsItsRolloutHoweverItIsArchived(State state) {
        rolling(state, Map.of());
        admin.archive("a", BECAUSE);
        assertThat(run().state()).isEqualTo(State.ABORTED);
        assertThat(run().endedAt()).isPresent();
        assertThat(run().why()).isEqualTo("ada archived the flag");
    }

    @Test
    void aFlagThatUndoTakesBackToBeforeItWasThereEndsItsRollout() {
        rolling(State.SOAKING, Map.of());

        admin.undoAll(0, BECAUSE);

        assertThat(run().state()).isEqualTo(State.ABORTED);
        assertThat(run().endedAt()).isPresent();
    }

    @Test
    void anEndedRolloutStaysAsItEnded() {
        rolling(State.ROLLED_BACK, Map.of("why", "too many errors"));
        RolloutRun ended = run();

        admin.setPercentage("a", Percentage.of(60), BECAUSE);
        admin.disable(List.of("a"), BECAUSE);
        admin.archive("a", BECAUSE);

        assertThat(run()).isEqualTo(ended);
    }

    private static FlagFile file(int percentage, boolean enabled) {
        FlagDefinition definition = FlagDefinition.builder("a")
                .percentage(Percentage.of(percentage))
                .enabled(enabled)
                .build();
        return new FlagFile(List.of(definition), List.of(), Map.of());
    }
}
