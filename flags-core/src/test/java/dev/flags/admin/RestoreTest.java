package dev.flags.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.model.Segment;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.FlagStore;
import dev.flags.store.InMemoryFlagStore;
import dev.flags.store.SavedSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTest {
    private static final Actor ADA = new Actor("ada", "ada", "here");
    private static final WriteOptions BECAUSE = WriteOptions.because("INC-500").asConfirmed();

    @TempDir
    Path directory;

    private final FlagStore lost = new InMemoryFlagStore("test");
    private final FlagAdmin before = new FlagAdmin(lost, ADA);
    private final FlagStore store = new InMemoryFlagStore("test");
    private final FlagAdmin admin = new FlagAdmin(store, ADA);

    private Path saved() {
        Path file = directory.resolve("saved.json");
        SavedSnapshot.write(file, lost.load());
        return file;
    }

    private static WriteOutcome.Done done(WriteOutcome outcome) {
        assertThat(outcome).isInstanceOf(WriteOutcome.Done.class);
        return (WriteOutcome.Done) outcome;
    }

    private static void create(FlagAdmin where, String key, int percent) {
        where.create(
                FlagDefinition.builder(key).percentage(Percentage.of(percent)).build(), BECAUSE);
    }

    private void rollOut(String key, RolloutRun.State state) {
        RolloutRun run = new RolloutRun(
                "run-1",
                state,
                0,
                List.of(new Stage(Percentage.of(50), Duration.ofMinutes(5))),
                Instant.EPOCH,
                "ada",
                Percentage.ZERO,
                true,
                Map.of());
        lost.commit(new Commit(ADA, "rollout", "", Map.of(), found -> {
            FlagState flag = found.flag(key);
            return Commit.Write.flags(
                    Map.of(key, FlagStates.rolledOut(flag, flag.definition().orElseThrow(), run)));
        }));
    }

    @Test
    void theEntrySaysWhatWasRestoredFromWhere() {
        create(before, "a", 10);
        Path file = saved();

        admin.restore(file, false, BECAUSE);

        AuditEntry entry = store.history(Optional.empty(), Long.MAX_VALUE, 1).get(0);
        assertThat(entry.action()).isEqualTo("restore");
        assertThat(entry.reason()).isEqualTo("INC-500");
        assertThat(entry.details())
                .containsEntry("snapshot", file.toString())
                .containsEntry("snapshotEpoch", lost.head().epoch())
                .containsEntry("snapshotRevision", 1L)
                .containsKey("snapshotSavedAt");
    }

    @Test
    void aRolloutThatClimbedComesBackOnHold() {
        create(before, "a", 10);
        create(before, "b", 10);
        create(before, "c", 10);
        create(before, "d", 10);
        rollOut("a", RolloutRun.State.RUNNING);
        rollOut("b", RolloutRun.State.COMPLETED);
        rollOut("c", RolloutRun.State.PAUSED);
        rollOut("d", RolloutRun.State.ROLLING_BACK);

        WriteOutcome.Done done = done(admin.restore(saved(), false, BECAUSE));

        assertThat(store.flag("a").rollout().orElseThrow().state()).isEqualTo(RolloutRun.State.HOLDING);
        assertThat(store.flag("b").rollout().orElseThrow().state()).isEqualTo(RolloutRun.State.COMPLETED);
        assertThat(store.flag("c").rollout().orElseThrow().state()).isEqualTo(RolloutRun.State.PAUSED);
        assertThat(store.flag("d").rollout().orElseThrow().state()).isEqualTo(RolloutRun.State.ROLLING_BACK);
        assertThat(store.flag("a").rollout().orElseThrow().why()).contains("ada", "snapshot");
        assertThat(done.notes()).anyMatch(note -> note.contains("rollout of a is on hold"));
    }

    @Test
    void aKillInTheEmptiedStoreEndsTheRolloutThatTheSnapshotStillSawClimbing() {
        create(before, "a", 50);
        rollOut("a", RolloutRun.State.RUNNING);
        admin.kill(new KillScope.Keys(List.of("a"), true), WriteOptions.because("INC-499"));

        admin.restore(saved(), false, BECAUSE);

        KillLatch kill = store.flag("a").kill().orElseThrow();
        assertThat(kill.reason()).isEqualTo("INC-499");
        assertThat(kill.endedRollout()).isTrue();
        assertThat(store.flag("a").rollout().orElseThrow().state()).isEqualTo(RolloutRun.State.KILLED);
        assertThat(store.flag("a").rollout().orElseThrow().endedAt()).isPresent();
        admin.unkill(List.of("a"), Optional.empty(), BECAUSE);
        assertThat(store.flag("a").definition().orElseThrow().percentage()).isEqualTo(Percentage.ZERO);
    }

    @Test
    void segmentsAndProtectionComeBack() {
        create(before, "a", 10);
        Segment staff = new Segment("staff", "", Set.of("ada"), Set.of(), List.of(), Map.of());
        lost.commit(new Commit(
                ADA,
                "segment",
                "",
                Map.of(),
                found -> new Commit.Write(Map.of(), Map.of("staff", Optional.of(staff)), Optional.empty())));
        before.protect(true, BECAUSE);
        create(admin, "new", 1);

        admin.restore(saved(), false, BECAUSE);

        assertThat(store.segments()).containsExactly(Map.entry("staff", staff));
        assertThat(store.settings().isProtected()).isTrue();
        assertThat(store.settings().archived()).isEmpty();
        assertThat(store.flags()).extracting(FlagState::key).containsExactly("a", "new");
    }

    @Test
    void aStoreThatHasLostNothingRefusesUnlessForced() {
        create(before, "a", 10);
        Path file = saved();
        before.setPercentage("a", Percentage.of(90), BECAUSE);
        create(before, "b", 5);

        assertThatThrownBy(() -> before.restore(file, false, BECAUSE))
                .isInstanceOf(BlockedException.class)
                .hasMessageContaining("lost nothing");
        assertThat(lost.head().revision()).isEqualTo(3);

        WriteOutcome asked = before.restore(file, true, WriteOptions.because("go back"));
        assertThat(asked)
                .isInstanceOfSatisfying(
                        WriteOutcome.NeedsConfirmation.class,
                        needs -> assertThat(needs.question()).contains("a"));
        done(before.restore(file, true, BECAUSE));
        assertThat(lost.flag("a").definition().orElseThrow().percentage()).isEqualTo(Percentage.of(10));
        assertThat(lost.flag("b").isLive()).isTrue();
        assertThat(lost.head().revision()).isEqualTo(4);
        assertThat(lost.verify().intact()).isTrue();
    }

    @Test
    void aSnapshotThatIsDamagedOrOfAnotherEnvironmentIsRefusedAndAnOldOneIsNot() throws Exception {
        create(before, "a", 10);
        Path file = saved();
        String text = Files.readString(file);

        FlagAdmin staging = new FlagAdmin(new InMemoryFlagStore("staging"), ADA);
        assertThatThrownBy(() -> staging.restore(file, false, BECAUSE))
                .isInstanceOf(SavedSnapshot.UnusableException.class)
                .hasMessageContaining("of the environment test, not of staging")
                .hasMessageContaining(file.toString());
        Files.writeString(file, text.substring(0, text.length() - 9));
        assertThatThrownBy(() -> admin.restore(file, false, BECAUSE))
                .isInstanceOf(SavedSnapshot.UnusableException.class)
                .hasMessageContaining("cut");
        assertThatThrownBy(() -> admin.restore(directory.resolve("none.json"), false, BECAUSE))
                .isInstanceOf(SavedSnapshot.UnusableException.class)
                .hasMessageContaining("does not exist");
        assertThat(store.head().revision()).isZero();
    }

    @Test
    void aKillDuringTheRestoreIsNotLost() {
        create(before, "a", 10);
        RacedStore raced = new RacedStore();
        FlagAdmin racing = new FlagAdmin(raced, ADA);
        raced.during(() -> racing.kill(new KillScope.Keys(List.of("a"), true), WriteOptions.because("INC-501")));

        WriteOutcome first = racing.restore(saved(), false, BECAUSE);
        if (first instanceof WriteOutcome.Conflict) {
            first = racing.restore(saved(), false, BECAUSE);
        }

        assertThat(done(first).changed()).isTrue();
        assertThat(raced.flag("a").kill().orElseThrow().reason()).isEqualTo("INC-501");
        assertThat(raced.flag("a").isLive()).isTrue();
        assertThat(raced.verify().intact()).isTrue();
    }
}
