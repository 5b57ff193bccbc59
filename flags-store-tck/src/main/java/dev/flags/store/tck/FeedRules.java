package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.committed;
import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.FlagsStatus.State;
import dev.flags.model.FlagJson;
import dev.flags.model.Segment;
import dev.flags.source.LayerContent;
import dev.flags.store.Commit;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StorageFlagStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

abstract class FeedRules {
    abstract Bench bench();

    @Test
    void aNewFollowerLoadsWhatIsThere() {
        put(bench().store(), flag("a", 10));

        RecordingListener listener = bench().follow(bench().store());

        listener.awaitRevision(1);
        assertThat(listener.percent("a")).isEqualTo(10);
        assertThat(listener.states()).containsExactly(State.READY);
    }

    @Test
    void aFollowerSeesEachCommitAndWhichFlagItChanged() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("b", 10));
        RecordingListener listener = bench().follow(bench().store());
        listener.awaitRevision(2);

        put(store, flag("a", 50));
        listener.awaitRevision(3);
        assertThat(listener.percent("a")).isEqualTo(50);
        assertThat(listener.percent("b")).isEqualTo(10);
        assertThat(listener.content().changed()).containsExactly("a");

        kill(store, "b");
        listener.awaitRevision(4);
        assertThat(listener.flag("b").orElseThrow().kill()).isPresent();
        assertThat(listener.content().changed()).containsExactly("b");
        assertThat(listener.flag("b").orElseThrow().revision()).isEqualTo(4);
    }

    @Test
    void whatWasMissedWhileCutOffIsCaughtUp() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        SwitchedStorage line = new SwitchedStorage(bench().storage());
        RecordingListener listener = bench().follow(new StorageFlagStore(line));
        listener.awaitRevision(1);

        line.down();
        listener.awaitState(State.STALE);
        put(store, flag("a", 20));
        put(store, flag("b", 30));
        kill(store, "a");
        line.up();

        listener.awaitRevision(4);
        listener.awaitState(State.READY);
        assertThat(listener.percent("b")).isEqualTo(30);
        assertThat(listener.flag("a").orElseThrow().kill()).isPresent();
    }

    @Test
    void revisionsNeverGoBackInWhatAFollowerIsTold() {
        FlagStore store = bench().store();
        RecordingListener listener = bench().follow(bench().store());
        for (int i = 0; i < 30; i++) {
            Bench.raiseByOneBucket(store, "a");
        }
        listener.awaitRevision(30);

        assertThat(listener.contents()).extracting(LayerContent::revision).isSorted();
        assertThat(listener.flag("a")
                        .orElseThrow()
                        .definition()
                        .orElseThrow()
                        .percentage()
                        .buckets())
                .isEqualTo(30);
    }

    @Test
    void anEntryThatDoesNotChainMakesTheFollowerLoadEverything() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        RecordingListener listener = bench().follow(bench().store());
        listener.awaitRevision(1);
        Storage storage = bench().storage();

        // a writer that breaks the chain: what it put into the tables counts, not what its entry says
        storage.attempt(view -> {
            Storage.Append append = Planted.append(
                    storage,
                    view,
                    "a",
                    FlagJson.write(flag("a", 70)),
                    null,
                    new Head(view.head().epoch(), 1, "0".repeat(64)));
            return append;
        });

        listener.awaitRevision(2);
        assertThat(listener.percent("a")).isEqualTo(70);
        assertThat(listener.content().changed()).isEmpty();
    }

    @Test
    void aMalformedFlagKeepsItsLastGoodFormAndAllOthersUpdate() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("b", 10));
        RecordingListener listener = bench().follow(bench().store());
        listener.awaitRevision(2);

        Planted.flag(bench().storage(), "a", "{\"key\":\"a\",\"variants\":7}", null);
        put(store, flag("b", 60));

        listener.awaitRevision(4);
        assertThat(listener.percent("a")).isEqualTo(10);
        assertThat(listener.percent("b")).isEqualTo(60);
        assertThat(listener.flag("a").orElseThrow().malformed()).isFalse();
        assertThat(listener.content().problems())
                .anyMatch(problem -> problem.path().startsWith("a"));

        put(store, flag("a", 20));
        listener.awaitRevision(5);
        assertThat(listener.percent("a")).isEqualTo(20);
        assertThat(listener.content().problems()).isEmpty();
    }

    @Test
    void aFlagThatWasMalformedFromTheStartIsMarkedAndCanBeKilled() {
        Planted.flag(bench().storage(), "a", "this is not JSON", null);
        FlagStore store = bench().store();
        put(store, flag("b", 10));
        RecordingListener listener = bench().follow(store);
        listener.awaitRevision(2);

        assertThat(listener.flag("a").orElseThrow().malformed()).isTrue();
        assertThat(listener.percent("b")).isEqualTo(10);

        kill(store, "a");
        listener.awaitRevision(3);
        assertThat(listener.flag("a").orElseThrow().kill()).isPresent();
    }

    @Test
    void aSegmentReachesTheFollower() {
        FlagStore store = bench().store();
        RecordingListener listener = bench().follow(bench().store());
        Segment staff = new Segment("staff", "", Set.of("ada"), Set.of(), List.of(), Map.of());

        committed(Bench.commit(
                store,
                "segment",
                found -> new Commit.Write(Map.of(), Map.of("staff", Optional.of(staff)), Optional.empty())));

        listener.awaitRevision(1);
        assertThat(listener.content().segments()).containsEntry("staff", staff);
    }

    @Test
    void closingTheStoreEndsTheFollowersThread() {
        FlagStore store = bench().store();
        RecordingListener listener = bench().follow(store);
        listener.awaitRevision(0);
        assertThat(followers()).isPositive();

        store.close();

        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(followers()).isZero());
    }

    private static long followers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("flags-follow-") && thread.isAlive())
                .peek(thread -> assertThat(thread.isDaemon()).isTrue())
                .count();
    }
}
