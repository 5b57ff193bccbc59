package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.put;
import static dev.flags.store.tck.Bench.unkill;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsStatus.State;
import dev.flags.store.FlagStore;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoreUnavailableException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

abstract class OutageRules {
    abstract Bench bench();

    abstract Path snapshots();

    @Test
    void aStoreThatDoesNotAnswerLeavesTheLastKnownFlagsAndSaysStaleUntilItDoes() {
        put(bench().store(), flag("a", 10));
        SwitchedStorage line = new SwitchedStorage(bench().storage());
        RecordingListener listener = bench().follow(new StorageFlagStore(line));
        listener.awaitRevision(1);

        line.down();
        listener.awaitState(State.STALE);
        listener.awaitProblems(told -> told.contains("cut off by the test"));
        assertThat(listener.percent("a")).isEqualTo(10);

        line.up();
        listener.awaitState(State.READY);
        assertThat(listener.states()).containsExactly(State.READY, State.STALE, State.READY);
        listener.awaitProblems("[]"::equals);
    }

    @Test
    void aStoreThatIsDownFromTheStartIsNotReadyUntilItAnswers() {
        put(bench().store(), flag("a", 10));
        SwitchedStorage line = new SwitchedStorage(bench().storage());
        line.down();
        RecordingListener listener = bench().follow(new StorageFlagStore(line));

        listener.awaitState(State.NOT_READY);
        assertThat(listener.isLoaded()).isFalse();

        line.up();
        listener.awaitState(State.READY);
        assertThat(listener.percent("a")).isEqualTo(10);
    }

    @Test
    void aStartWithoutTheStoreServesTheSavedSnapshotAsStaleAndThenTheStore() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        SwitchedStorage line = new SwitchedStorage(bench().storage());
        FlagStore first = new StorageFlagStore(line);
        bench().follow(first, Bench.savingTo(snapshots())).awaitRevision(1);
        first.close();
        line.down();
        put(store, flag("a", 50));

        RecordingListener listener = bench().follow(new StorageFlagStore(line), Bench.savingTo(snapshots()));
        listener.awaitState(State.STALE);
        assertThat(listener.percent("a")).isEqualTo(10);
        listener.awaitProblems(told -> told.contains("saved"));

        line.up();
        listener.awaitState(State.READY);
        assertThat(listener.percent("a")).isEqualTo(50);
    }

    @Test
    void aWipedStoreTurnsNothingOffAndAKillFoundInItAppliesAtOnce() {
        put(bench().store(), flag("a", 40));
        SwitchedStorage line = new SwitchedStorage(bench().storage());
        RecordingListener listener = bench().follow(new StorageFlagStore(line));
        listener.awaitRevision(1);

        // another environment is another epoch, and empty: what a wiped store looks like
        FlagStore wiped = bench().store("wiped");
        line.replaceBy(bench().storage("wiped"));
        listener.awaitState(State.WIPED);
        assertThat(listener.percent("a")).isEqualTo(40);
        listener.awaitProblems(told -> told.contains("wiped"));

        put(wiped, flag("b", 100));
        kill(wiped, "a");
        listener.awaitContent(
                "the kill",
                content -> requireNonNull(content.flags().get("a")).kill().isPresent());
        assertThat(listener.percent("a")).isEqualTo(40);
        assertThat(listener.flag("b")).isEmpty();

        unkill(wiped, "a");
        listener.awaitContent(
                "no kill",
                content -> requireNonNull(content.flags().get("a")).kill().isEmpty());

        line.replaceBy(bench().storage());
        listener.awaitState(State.READY);
        assertThat(listener.percent("a")).isEqualTo(40);
    }

    @Test
    void aCommitWithoutTheStoreFailsAndWritesNothing() {
        SwitchedStorage line = new SwitchedStorage(bench().storage());
        line.down();
        FlagStore store = new StorageFlagStore(line);

        assertThatThrownBy(() -> put(store, flag("a", 10))).isInstanceOf(StoreUnavailableException.class);

        assertThat(bench().store().head().revision()).isZero();
    }
}
