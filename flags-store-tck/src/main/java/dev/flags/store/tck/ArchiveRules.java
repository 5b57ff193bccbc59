package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.ADA;
import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.percent;
import static dev.flags.store.tck.Bench.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsStatus.State;
import dev.flags.NoSuchFlagException;
import dev.flags.admin.AuditArchived;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.store.AuditEntry;
import dev.flags.store.AuditFile;
import dev.flags.store.EnvironmentSettings.Archived;
import dev.flags.store.FlagStore;
import dev.flags.store.StorageFlagStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A log of which the beginning has been moved to a file. */
abstract class ArchiveRules {
    abstract Bench bench();

    abstract Path archives();

    private static AuditArchived archive(FlagStore store, Path file, long keep) {
        return new FlagAdmin(store, ADA).archiveAudit(file, keep, WriteOptions.because("space"));
    }

    @Test
    void theFileHasTheEntriesByteForByteAndTheLogIsVerifiedFromThere() throws Exception {
        FlagStore store = bench().store();
        for (int i = 1; i <= 8; i++) {
            put(store, flag("a", i));
        }
        List<AuditEntry> log = store.entriesAfter(0, 100);
        Path file = archives().resolve("first.jsonl");

        Archived first = archive(store, file, 3).archive().orElseThrow();

        assertThat(first.revision()).isEqualTo(5);
        assertThat(first.entries()).isEqualTo(5);
        assertThat(Files.readAllLines(file))
                .isEqualTo(log.subList(0, 5).stream().map(AuditFile::line).toList());
        assertThat(store.entriesAfter(0, 100)).extracting(AuditEntry::revision).containsExactly(6L, 7L, 8L, 9L);
        assertThat(store.settings().archived()).contains(first);
        assertThat(store.verify().intact()).isTrue();
        assertThat(store.verify().entries()).isEqualTo(4);
        assertThat(store.verify().since()).contains(first);

        put(store, flag("b", 1));
        Archived second =
                archive(store, archives().resolve("second.jsonl"), 1).archive().orElseThrow();
        assertThat(second.revision()).isEqualTo(9);
        assertThat(second.entries()).isEqualTo(4);
        assertThat(bench().store().verify().intact()).isTrue();
        assertThat(percent(store.flag("a"))).isEqualTo(8);
        assertThat(store.load().missing()).isEmpty();
    }

    @Test
    void whoeverIsBehindTheArchiveLoadsAndGoesOn() {
        FlagStore store = bench().store();
        put(store, flag("a", 1));
        SwitchedStorage line = new SwitchedStorage(bench().storage());
        RecordingListener listener = bench().follow(new StorageFlagStore(line));
        listener.awaitRevision(1);
        line.down();
        listener.awaitState(State.STALE);
        for (int i = 2; i <= 6; i++) {
            put(store, flag("a", i));
        }
        kill(store, "a");

        archive(store, archives().resolve("archive.jsonl"), 1);
        line.up();

        listener.awaitRevision(8);
        listener.awaitState(State.READY);
        assertThat(listener.percent("a")).isEqualTo(6);
        assertThat(listener.flag("a").orElseThrow().kill()).isPresent();
        assertThat(listener.states()).containsExactly(State.READY, State.STALE, State.READY);
    }

    @Test
    void anUndoToAnArchivedRevisionNamesTheFileAndOneThatTheLogReachesWorks() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("a", 20));
        put(store, flag("b", 5));
        put(store, flag("a", 30));
        Path file = archives().resolve("archive.jsonl");
        archive(store, file, 1);
        FlagAdmin admin = new FlagAdmin(store, ADA);

        assertThatThrownBy(() -> admin.undo(List.of("a"), OptionalLong.of(1), WriteOptions.DEFAULT))
                .isInstanceOf(NoSuchFlagException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> admin.undo(List.of("b"), OptionalLong.empty(), WriteOptions.DEFAULT))
                .isInstanceOf(NoSuchFlagException.class)
                .hasMessageContaining(file.toString());

        admin.undo(List.of("a"), OptionalLong.of(3), WriteOptions.DEFAULT);

        assertThat(percent(store.flag("a"))).isEqualTo(20);
        assertThat(store.history(Optional.of("a"), Long.MAX_VALUE, 10))
                .extracting(AuditEntry::revision)
                .containsExactly(6L, 4L);
    }
}
