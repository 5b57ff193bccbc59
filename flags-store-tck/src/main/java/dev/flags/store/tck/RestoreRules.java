package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.ADA;
import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.percent;
import static dev.flags.store.tck.Bench.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsStatus.State;
import dev.flags.admin.BlockedException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.store.AuditEntry;
import dev.flags.store.EnvironmentSettings.Archived;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.SavedSnapshot;
import dev.flags.store.Storage;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoredState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * A wiped store and what it gets back. An empty environment stands for the wiped store: the snapshot, taken of another one, is
 * saved in its name.
 */
abstract class RestoreRules {
    private static final String WIPED = "wiped";

    abstract Bench bench();

    abstract Path snapshots();

    /** What an instance saved of the store before it was wiped. */
    private Path saved(StoredState state) {
        Path file = snapshots().resolve("saved-" + state.head().revision() + ".json");
        SavedSnapshot.write(
                file, new StoredState(WIPED, state.head(), state.flags(), state.segments(), state.settings()));
        return file;
    }

    private static WriteOutcome.Done restore(FlagStore store, Path file) {
        WriteOutcome outcome = new FlagAdmin(store, ADA)
                .restore(file, false, WriteOptions.because("INC-500").asConfirmed());
        assertThat(outcome).isInstanceOf(WriteOutcome.Done.class);
        return (WriteOutcome.Done) outcome;
    }

    private StoredState before() {
        FlagStore lost = bench().store();
        put(lost, flag("a", 10));
        put(lost, flag("b", 20));
        kill(lost, "b");
        return lost.load();
    }

    @Test
    void anEmptyStoreGetsItsHistoryBackWhichGoesOnAndIsVerifiedFromThere() {
        StoredState before = before();
        Path file = saved(before);
        FlagStore store = bench().store(WIPED);

        WriteOutcome.Done done = restore(store, file);

        assertThat(done.revision()).isEqualTo(4);
        assertThat(store.head().epoch()).isEqualTo(before.head().epoch());
        assertThat(store.entriesAfter(0, 10).get(0).previousHash())
                .isEqualTo(before.head().hash());
        assertThat(percent(store.flag("a"))).isEqualTo(10);
        assertThat(store.flag("b").kill()).isPresent();
        assertThat(store.load().missing()).isEmpty();
        assertThat(store.settings().archived())
                .contains(new Archived(
                        3, before.head().hash(), file.toAbsolutePath().toString(), 0));
        assertThat(put(store, flag("a", 30)).revision()).isEqualTo(5);
        assertThat(store.verify().intact()).isTrue();
        assertThat(store.verify().entries()).isEqualTo(2);
        assertThat(store.verify().since()).isEqualTo(store.settings().archived());
        assertThat(bench().storage(WIPED).load().missing()).isEmpty();
        assertThatThrownBy(() -> restore(store, file)).isInstanceOf(BlockedException.class);
    }

    @Test
    void whoStoodAtTheSnapshotsHeadFollowsOnWithoutADoubt() {
        Storage lost = bench().storage();
        put(new StorageFlagStore(lost), flag("a", 10));
        Path file = saved(lost.load());
        SwitchedStorage line = new SwitchedStorage(lost);
        RecordingListener listener = bench().follow(new StorageFlagStore(line));
        listener.awaitRevision(1);
        line.down();
        listener.awaitState(State.STALE);

        restore(bench().store(WIPED), file);
        line.replaceBy(bench().storage(WIPED));
        line.up();

        listener.awaitRevision(2);
        listener.awaitState(State.READY);
        assertThat(listener.percent("a")).isEqualTo(10);
        assertThat(listener.states()).containsExactly(State.READY, State.STALE, State.READY);
    }

    @Test
    void whoHadSeenMoreThanTheSnapshotHoldsWhatItKnowsAsLower() {
        Storage lost = bench().storage();
        FlagStore store = new StorageFlagStore(lost);
        put(store, flag("a", 10));
        put(store, flag("b", 10));
        Path file = saved(lost.load());
        kill(store, "a");
        put(store, flag("b", 50));
        SwitchedStorage line = new SwitchedStorage(lost);
        RecordingListener listener = bench().follow(new StorageFlagStore(line));
        listener.awaitRevision(4);
        FlagStore wiped = bench().store(WIPED);
        line.replaceBy(bench().storage(WIPED));
        listener.awaitState(State.WIPED);

        restore(wiped, file);

        listener.awaitState(State.REWOUND);
        assertThat(listener.flag("a").orElseThrow().kill()).isPresent();
        assertThat(listener.percent("b")).isEqualTo(10);
        kill(wiped, "a");
        listener.awaitState(State.READY);
    }

    @Test
    void aKillWrittenToTheEmptiedStoreStaysAndItsHistoryGoesOn() {
        Storage lost = bench().storage();
        put(new StorageFlagStore(lost), flag("a", 10));
        put(new StorageFlagStore(lost), flag("b", 20));
        kill(new StorageFlagStore(lost), "b");
        Path file = saved(lost.load());
        SwitchedStorage line = new SwitchedStorage(lost);
        RecordingListener listener = bench().follow(new StorageFlagStore(line));
        listener.awaitRevision(3);
        FlagStore store = bench().store(WIPED);
        line.replaceBy(bench().storage(WIPED));
        listener.awaitState(State.WIPED);
        kill(store, "a");
        put(store, flag("new", 5));
        Head since = store.head();

        restore(store, file);

        assertThat(store.head().epoch()).isEqualTo(since.epoch());
        assertThat(store.head().revision()).isEqualTo(3);
        assertThat(percent(store.flag("a"))).isEqualTo(10);
        assertThat(store.flag("a").kill()).isPresent();
        assertThat(store.flag("b").kill()).isPresent();
        assertThat(percent(store.flag("new"))).isEqualTo(5);
        assertThat(store.load().missing()).isEmpty();
        assertThat(store.verify().intact()).isTrue();
        assertThat(store.verify().since()).isEmpty();
        LogAndFlags.assertAgree(store);
        listener.awaitState(State.READY);
        listener.awaitRevision(3);
        assertThat(listener.flag("a").orElseThrow().kill()).isPresent();
        assertThat(listener.flag("new")).isPresent();
        assertThatThrownBy(() -> restore(store, file)).isInstanceOf(BlockedException.class);
    }

    @Test
    void aStoreThatLostAFlagGetsItBackAndKeepsWhatIsNewer() throws Exception {
        StoreFixture.Loss loss = bench().fixture()
                .loss()
                .orElseGet(() -> Assumptions.abort("this store declares that nobody can take a flag away"));
        FlagStore store = bench().store(WIPED);
        put(store, flag("a", 10));
        put(store, flag("b", 10));
        Path file = saved(store.load());
        put(store, flag("b", 70));
        loss.of(WIPED, "a");
        assertThat(store.load().missing()).isPresent();

        restore(store, file);

        assertThat(percent(store.flag("a"))).isEqualTo(10);
        assertThat(percent(store.flag("b"))).isEqualTo(70);
        assertThat(store.load().missing()).isEmpty();
        assertThat(store.head().revision()).isEqualTo(4);
        assertThat(store.verify().intact()).isTrue();
        assertThat(bench().storage(WIPED).flag("a")).isNotNull();
        assertThat(store.history(Optional.of("a"), Long.MAX_VALUE, 10))
                .extracting(AuditEntry::action)
                .containsExactly("restore", "set");
    }

    @Test
    void aDryRunWritesNothing() {
        Path file = saved(before());
        FlagStore store = bench().store(WIPED);

        WriteOutcome outcome = new FlagAdmin(store, ADA)
                .restore(file, false, WriteOptions.because("INC-500").asDryRun());

        assertThat(outcome).isInstanceOfSatisfying(WriteOutcome.Done.class, done -> {
            assertThat(done.changed()).isTrue();
            assertThat(done.keys()).isEqualTo(List.of("a", "b"));
        });
        assertThat(store.head().revision()).isZero();
        assertThat(store.flags()).isEmpty();
    }
}
