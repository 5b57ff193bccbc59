package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.commit;
import static dev.flags.store.tck.Bench.committed;
import static dev.flags.store.tck.Bench.defined;
import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.percent;
import static dev.flags.store.tck.Bench.put;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class HistoryRules {
    abstract Bench bench();

    @Test
    void historyComesNewestFirstAndInPages() {
        FlagStore store = bench().store();
        for (int i = 1; i <= 5; i++) {
            put(store, flag("a", i));
        }

        assertThat(store.history(Optional.empty(), Long.MAX_VALUE, 2))
                .extracting(AuditEntry::revision)
                .containsExactly(5L, 4L);
        assertThat(store.history(Optional.empty(), 4, 10))
                .extracting(AuditEntry::revision)
                .containsExactly(3L, 2L, 1L);
        assertThat(store.history(Optional.empty(), 1, 10)).isEmpty();
        assertThat(store.entriesAfter(3, 10)).extracting(AuditEntry::revision).containsExactly(4L, 5L);
        assertThat(store.entriesAfter(5, 10)).isEmpty();
    }

    @Test
    void historyOfOneFlagHasOnlyTheCommitsThatTouchedIt() {
        FlagStore store = bench().store();
        put(store, flag("a", 1));
        put(store, flag("b", 1));
        put(store, flag("a", 2));

        assertThat(store.history(Optional.of("a"), Long.MAX_VALUE, 10))
                .extracting(AuditEntry::revision)
                .containsExactly(3L, 1L);
        assertThat(store.history(Optional.of("ghost"), Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void whatIsScheduledForAFlagIsInItsHistoryAndLeavesTheFlagAsItIs() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("b", 10));
        put(store, flag("a", 20));
        RecordingListener listener = bench().follow(store);
        FlagAdmin admin = new FlagAdmin(store, Bench.ADA);
        WriteOptions because = WriteOptions.because("the launch");
        admin.schedule("a", Percentage.of(50), store.now().plus(Duration.ofDays(1)), because);
        String scheduled = store.settings().scheduled().get(0).id();
        admin.cancelScheduled(scheduled, because);

        assertThat(store.history(Optional.of("a"), Long.MAX_VALUE, 10))
                .extracting(AuditEntry::action, AuditEntry::keys)
                .containsExactly(
                        tuple("cancel-scheduled", List.of("a")),
                        tuple("schedule", List.of("a")),
                        tuple("set", List.of("a")),
                        tuple("set", List.of("a")));
        assertThat(store.history(Optional.of("b"), Long.MAX_VALUE, 10)).hasSize(1);
        AuditEntry entry = store.history(Optional.of("a"), Long.MAX_VALUE, 1).get(0);
        assertThat(entry.after().get("a")).isEqualTo(entry.before().get("a"));
        assertThat(store.flag("a").revision()).isEqualTo(3);
        LogAndFlags.assertAgree(store);

        listener.awaitRevision(5);
        assertThat(listener.flag("a").orElseThrow().revision()).isEqualTo(3);
        admin.undo(List.of("a"), OptionalLong.empty(), because);
        assertThat(percent(store.flag("a"))).isEqualTo(10);
        admin.undo(List.of("a"), OptionalLong.of(4), because);
        assertThat(percent(store.flag("a"))).isEqualTo(20);
    }

    @Test
    void anEditFindsAnEarlierStateAndRestoresItWithoutLiftingAKill() {
        FlagStore store = bench().store();
        FlagDefinition first =
                flag("a", 10).toBuilder().description("as it was").build();
        put(store, first);
        put(store, flag("a", 50));
        kill(store, "a");

        committed(commit(store, "undo", found -> {
            FlagState now = found.flag("a");
            @Nullable AuditEntry made = null;
            for (AuditEntry entry : found.historyBefore(Long.MAX_VALUE, Optional.of("a"))) {
                made = entry;
            }
            Object records = requireNonNull(made).after().get("a");
            FlagDefinition then =
                    FlagJson.definition("a", requireNonNull((Map<?, ?>) records).get("definition"));
            return Commit.Write.flags(Map.of("a", defined(now, then)));
        }));

        assertThat(store.flag("a").definition()).contains(first);
        assertThat(store.flag("a").kill()).isPresent();
        assertThat(store.head().revision()).isEqualTo(4);
    }

    @Test
    void anEditReadsAsMuchHistoryAsItLikes() {
        FlagStore store = bench().store();
        for (int i = 0; i < 120; i++) {
            Bench.raiseByOneBucket(store, "a");
        }
        List<Long> revisions = new ArrayList<>();
        commit(store, "look", found -> {
            revisions.clear();
            found.historyBefore(Long.MAX_VALUE, Optional.empty()).forEach(entry -> revisions.add(entry.revision()));
            return Commit.Write.flags(Map.of());
        });

        assertThat(revisions).hasSize(120).startsWith(120L, 119L).endsWith(2L, 1L);
        assertThat(percent(store.flag("a"))).isZero();
    }
}
