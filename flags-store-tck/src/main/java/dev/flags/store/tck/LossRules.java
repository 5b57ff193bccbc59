package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.commit;
import static dev.flags.store.tck.Bench.committed;
import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.put;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.FlagsStatus.State;
import dev.flags.model.FlagJson;
import dev.flags.model.Segment;
import dev.flags.store.Commit;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Flags that go missing, states that replace all that there is, and a log whose beginning is taken away. */
abstract class LossRules {
    abstract Bench bench();

    private void lose(String key) throws Exception {
        StoreFixture.Loss loss = bench().fixture()
                .loss()
                .orElseGet(() -> Assumptions.abort("this store declares that nobody can take a flag away"));
        loss.of(Bench.ENVIRONMENT, key);
    }

    @Test
    void aWholeStateMissesNothing() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("a", 20));
        kill(store, "b");
        Bench.unkill(store, "b");

        assertThat(store.load().missing()).isEmpty();
        assertThat(bench().store("untouched").load().missing()).isEmpty();
    }

    @Test
    void aFlagThatVanishedIsMissedAndTheRestIsRead() throws Exception {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("b", 20));
        Head head = store.head();

        lose("a");

        StoredState state = bench().store().load();
        assertThat(state.missing())
                .hasValueSatisfying(missing -> assertThat(missing).isNotBlank());
        assertThat(state.head()).isEqualTo(head);
        assertThat(bench().storage().load().missing()).isPresent();
    }

    @Test
    void aKillGoesThroughOnAStoreThatIsNotWholeAndLeavesItSo() throws Exception {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("b", 20));
        put(store, flag("c", 20));
        lose("a");

        kill(store, "b");

        assertThat(store.flag("b").kill()).isPresent();
        assertThat(store.load().missing()).isPresent();
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void aFollowerOfAStoreThatIsNotWholeKeepsWhatItKnowsAndAppliesKills() throws Exception {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("b", 20));
        SwitchedStorage line = new SwitchedStorage(bench().storage());
        RecordingListener listener = bench().follow(new StorageFlagStore(line));
        listener.awaitRevision(2);

        // a commit that does not chain makes it load
        line.down();
        listener.awaitState(State.STALE);
        lose("a");
        bench().storage()
                .attempt(view -> Planted.append(
                        bench().storage(),
                        view,
                        "c",
                        FlagJson.write(flag("c", 70)),
                        null,
                        new Head(view.head().epoch(), 2, "0".repeat(64))));
        line.up();

        listener.awaitState(State.WIPED);
        assertThat(listener.percent("a")).isEqualTo(10);
        kill(store, "b");
        listener.awaitContent(
                "the kill",
                content -> requireNonNull(content.flags().get("b")).kill().isPresent());
        assertThat(listener.percent("a")).isEqualTo(10);
    }

    @Test
    void aReplacingCommitIsAllThatThereIsAndTheLogStays() throws Exception {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("b", 20));
        kill(store, "b");
        Segment staff = new Segment("staff", "", Set.of("ada"), Set.of(), List.of(), Map.of());
        committed(commit(
                store,
                "segment",
                found -> new Commit.Write(Map.of(), Map.of("staff", Optional.of(staff)), Optional.empty())));
        if (bench().fixture().loss().isPresent()) {
            lose("a");
        }
        Storage storage = bench().storage();

        storage.attempt(view ->
                Planted.replacing(storage, view, view.head(), Map.of("c", FlagJson.write(flag("c", 30)))));

        StoredState state = bench().store().load();
        assertThat(state.flags()).extracting(StoredFlag::key).containsExactly("c");
        assertThat(state.segments()).isEmpty();
        assertThat(state.missing()).isEmpty();
        assertThat(state.head().revision()).isEqualTo(5);
        assertThat(storage.flag("b")).isNull();
        assertThat(storage.entriesAfter(0, 10)).hasSize(5);
        kill(store, "c");
        assertThat(store.load().missing()).isEmpty();
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void anEmptyStoreIsGivenAnotherHistorysIdentityBack() {
        Storage storage = bench().storage();
        Head lost = new Head("the-epoch-that-was-lost", 41, "a".repeat(64));

        storage.attempt(view -> Planted.replacing(storage, view, lost, Map.of("a", FlagJson.write(flag("a", 30)))));

        FlagStore store = bench().store();
        assertThat(store.head().epoch()).isEqualTo("the-epoch-that-was-lost");
        assertThat(store.head().revision()).isEqualTo(42);
        assertThat(store.load().missing()).isEmpty();
        assertThat(put(store, flag("b", 10)).revision()).isEqualTo(43);
        assertThat(bench().storage().entriesAfter(41, 10))
                .extracting(StoredEntry::revision)
                .containsExactly(42L, 43L);
        assertThat(store.head().epoch()).isEqualTo("the-epoch-that-was-lost");
        assertThat(store.history(Optional.of("b"), Long.MAX_VALUE, 10)).hasSize(1);
    }

    @Test
    void theBeginningOfTheLogCanBeTakenAwayAndEverythingElseStays() {
        FlagStore store = bench().store();
        for (int i = 1; i <= 6; i++) {
            put(store, flag(i % 2 == 0 ? "even" : "odd", i));
        }
        put(bench().store("staging"), flag("a", 10));
        StoredState before = store.load();
        RecordingListener listener = bench().follow(bench().store());
        listener.awaitRevision(6);

        Storage storage = bench().storage();
        storage.removeEntries(4);
        storage.removeEntries(4);

        assertThat(storage.entriesAfter(0, 10))
                .extracting(StoredEntry::revision)
                .containsExactly(5L, 6L);
        assertThat(storage.entriesBefore(Long.MAX_VALUE, 10, Optional.of("even")))
                .extracting(StoredEntry::revision)
                .containsExactly(6L);
        assertThat(storage.load()).isEqualTo(before);
        assertThat(bench().storage("staging").entriesAfter(0, 10)).hasSize(1);

        put(store, flag("even", 70));
        listener.awaitRevision(7);
        assertThat(listener.percent("even")).isEqualTo(70);
        assertThat(listener.states()).containsExactly(State.READY);
        assertThat(storage.entriesAfter(5, 10))
                .extracting(StoredEntry::revision)
                .containsExactly(6L, 7L);
    }
}
