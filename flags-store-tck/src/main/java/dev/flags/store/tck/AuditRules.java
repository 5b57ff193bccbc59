package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.percent;
import static dev.flags.store.tck.Bench.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.store.AuditChain;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoredState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

abstract class AuditRules {
    abstract Bench bench();

    @Test
    void eachCommitHasOneEntryThatSaysWhoWhyAndWhat() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        AuditEntry entry = kill(store, "a").entry();

        assertThat(entry).isEqualTo(bench().store().entriesAfter(1, 10).get(0));
        assertThat(store.entriesAfter(0, 10)).hasSize(2);
        assertThat(entry.environment()).isEqualTo(Bench.ENVIRONMENT);
        assertThat(entry.revision()).isEqualTo(2);
        assertThat(entry.actor()).isEqualTo(Bench.ADA);
        assertThat(entry.action()).isEqualTo("kill");
        assertThat(entry.reason()).isEqualTo("INC-431");
        assertThat(entry.keys()).containsExactly("a");
        assertThat(entry.before().get("a"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("revision", 1L)
                .containsEntry("kill", null);
        assertThat(entry.after().get("a"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("revision", 2L)
                .extractingByKey("kill")
                .isInstanceOf(Map.class);
    }

    @Test
    void thePayloadIsKeptByteForByteWhateverStandsInIt() {
        FlagStore store = bench().store();
        String reason = "quotes \" ' back\\slash, line\nfeed, \u0001, 1.10, é as e\u0301, 🚩";
        store.commit(new Commit(
                Bench.ADA,
                "set",
                reason,
                Map.of("restoredRevision", 3L, "z", List.of(1L, "ä")),
                found -> Commit.Write.flags(Map.of("a", Bench.defined(found.flag("a"), flag("a", 1))))));

        AuditEntry entry = bench().store().entriesAfter(0, 1).get(0);

        assertThat(entry.reason()).isEqualTo(reason);
        assertThat(entry.details()).containsEntry("restoredRevision", 3L);
        assertThat(AuditChain.hash(entry.payload())).isEqualTo(entry.hash());
    }

    @Test
    void theEntriesFormAChainThatEndsAtTheHead() {
        FlagStore store = bench().store();
        for (int i = 1; i <= 5; i++) {
            put(store, flag("a", i));
        }

        List<AuditEntry> log = store.entriesAfter(0, 10);
        String previous = AuditChain.ROOT;
        for (AuditEntry entry : log) {
            assertThat(entry.previousHash()).isEqualTo(previous);
            previous = entry.hash();
        }
        assertThat(store.head().hash()).isEqualTo(previous);
        assertThat(store.verify()).isEqualTo(new FlagStore.ChainReport(5, Optional.empty(), ""));
    }

    @Test
    void theTimeOfAnEntryIsNeverBeforeThatOfTheEntryBefore() {
        FlagStore store = bench().store();
        for (int i = 1; i <= 20; i++) {
            put(store, flag("a", i));
        }

        assertThat(store.entriesAfter(0, 100)).extracting(AuditEntry::at).isSorted();
    }

    @Test
    void anAppendThatFailsLeavesNeitherAnEntryNorAChange() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("a", 20));
        StoredState before = bench().storage().load();
        Storage storage = bench().storage();

        // the number is taken already, so the store cannot write the entry; the flag's record stands beside it
        assertThatThrownBy(() -> storage.attempt(view -> Planted.append(
                        storage,
                        view,
                        "a",
                        "{}",
                        null,
                        new Head(view.head().epoch(), 1, view.head().hash()))))
                .isInstanceOf(RuntimeException.class);

        assertThat(bench().storage().load()).isEqualTo(before);
        assertThat(store.entriesAfter(0, 10)).hasSize(2);
        assertThat(percent(store.flag("a"))).isEqualTo(20);
        assertThat(store.verify().intact()).isTrue();
        assertThat(put(store, flag("a", 30)).revision()).isEqualTo(3);
    }

    @Test
    void anEntryWithoutItsPredecessorShowsInTheVerification() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        Storage storage = bench().storage();
        storage.attempt(view -> Planted.append(
                storage, view, "a", "{}", null, new Head(view.head().epoch(), 1, "f".repeat(64))));

        FlagStore.ChainReport report = store.verify();

        assertThat(report.firstBroken()).contains(2L);
        assertThat(report.problem()).isNotBlank();
    }
}
