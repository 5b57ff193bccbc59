package dev.flags.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.EnvironmentSettings.Archived;
import dev.flags.store.InMemoryFlagStore;
import dev.flags.store.Storage;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditArchivingTest {
    private static final Actor ADA = new Actor("ada", "ada", "here");
    private static final WriteOptions BECAUSE = WriteOptions.because("space");

    @TempDir
    Path directory;

    private final Storage storage = InMemoryFlagStore.storage("test");
    private final Breaking store = new Breaking(storage);
    private final FlagAdmin admin = new FlagAdmin(store, ADA);

    @BeforeEach
    void tenCommits() {
        admin.create(FlagDefinition.builder("a").build(), BECAUSE);
        for (int i = 2; i <= 10; i++) {
            admin.setPercentage("a", Percentage.of(i), BECAUSE);
        }
    }

    private Path file() {
        return directory.resolve("archive.jsonl");
    }

    private List<Long> log() {
        return store.entriesAfter(0, 100).stream().map(AuditEntry::revision).toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void whatEndsBetweenTheFileAndItsCommitLosesNothingAndGoesOnWhenDoneAgain() {
        store.breakCommit = true;
        assertThatThrownBy(() -> admin.archiveAudit(file(), 4, BECAUSE)).isInstanceOf(StoreUnavailableException.class);
        assertThat(log()).hasSize(10);
        assertThat(store.verify().intact()).isTrue();
        admin.setPercentage("a", Percentage.of(50), BECAUSE);

        Archived archive = admin.archiveAudit(file(), 4, BECAUSE).archive().orElseThrow();

        // the file is taken as it is, although more could go by now
        assertThat(archive.revision()).isEqualTo(6);
        assertThat(log()).containsExactly(7L, 8L, 9L, 10L, 11L, 12L);
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void whatEndsBeforeTheEntriesAreRemovedIsFinishedByTheNextArchive() {
        store.breakRemoval = true;
        assertThatThrownBy(() -> admin.archiveAudit(file(), 4, BECAUSE)).isInstanceOf(StoreUnavailableException.class);
        assertThat(log()).hasSize(11);
        assertThat(store.verify().intact()).isTrue();
        assertThat(store.verify().entries()).isEqualTo(5);

        AuditArchived again = admin.archiveAudit(directory.resolve("next.jsonl"), 100, BECAUSE);

        assertThat(((WriteOutcome.Done) again.outcome()).changed()).isFalse();
        assertThat(log()).containsExactly(7L, 8L, 9L, 10L, 11L);
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void aFileThatIsSomethingElseIsNeitherTouchedNorBelieved() throws IOException {
        Files.writeString(file(), "{\"notes\":\"mine\"}\n");

        assertThatThrownBy(() -> admin.archiveAudit(file(), 4, BECAUSE))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining(file().toString());

        assertThat(Files.readString(file())).contains("mine");
        assertThat(log()).hasSize(10);
    }

    @Test
    void anArchiveThatWasCutOrAlteredIsNotBelieved() throws IOException {
        store.breakCommit = true;
        assertThatThrownBy(() -> admin.archiveAudit(file(), 4, BECAUSE)).isInstanceOf(StoreUnavailableException.class);
        List<String> lines = Files.readAllLines(file());

        for (List<String> damaged : List.of(
                lines.subList(0, 0),
                lines.subList(1, 6),
                List.of(lines.get(0), lines.get(2), lines.get(3)),
                List.of(lines.get(0), lines.get(1).replace("\\\"ada\\\"", "\\\"eve\\\"")))) {
            Files.write(file(), damaged);
            assertThatThrownBy(() -> admin.archiveAudit(file(), 4, BECAUSE))
                    .as("%s", damaged)
                    .isInstanceOf(FlagsException.class)
                    .hasMessageContaining("not the beginning of the log");
        }
        assertThat(log()).hasSize(10);

        // cut at the end of a line it is the verified beginning still, only shorter
        Files.write(file(), lines.subList(0, 3));
        assertThat(admin.archiveAudit(file(), 4, BECAUSE)
                        .archive()
                        .orElseThrow()
                        .revision())
                .isEqualTo(3);
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void ofABrokenChainNothingIsArchived() throws IOException {
        storage.removeEntries(2);

        assertThatThrownBy(() -> admin.archiveAudit(file(), 4, BECAUSE))
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("entry 1 is missing");

        assertThat(files()).isEmpty();
        assertThat(log()).hasSize(8);
    }

    @Test
    void aDryRunAndALogThatIsShortWriteNothing() throws IOException {
        WriteOutcome.Done preview = (WriteOutcome.Done)
                admin.archiveAudit(file(), 4, BECAUSE.asDryRun()).outcome();
        assertThat(preview.changed()).isTrue();
        assertThat(preview.notes().get(0)).contains("1 to 6").contains(file().toString());

        WriteOutcome.Done nothing =
                (WriteOutcome.Done) admin.archiveAudit(file(), 1_000, BECAUSE).outcome();
        assertThat(nothing.changed()).isFalse();
        assertThat(files()).isEmpty();
        assertThat(log()).hasSize(10);
    }

    @Test
    void protectingTheEnvironmentKeepsTheAnchor() {
        Archived archive = admin.archiveAudit(file(), 4, BECAUSE).archive().orElseThrow();

        admin.protect(true, BECAUSE);

        assertThat(store.settings()).isEqualTo(new EnvironmentSettings(true, Optional.of(archive), Map.of()));
        assertThat(EnvironmentSettings.parse("settings", store.settings().write()))
                .isEqualTo(store.settings());
        assertThat(store.verify().intact()).isTrue();
    }

    /** Breaks off once where it is told to. */
    private static final class Breaking extends StorageFlagStore {
        private boolean breakCommit;
        private boolean breakRemoval;

        Breaking(Storage storage) {
            super(storage);
        }

        @Override
        public CommitOutcome commit(Commit commit) {
            if (breakCommit) {
                breakCommit = false;
                throw new StoreUnavailableException("broken off");
            }
            return super.commit(commit);
        }

        @Override
        public void removeEntries(long through) {
            if (breakRemoval) {
                breakRemoval = false;
                throw new StoreUnavailableException("broken off");
            }
            super.removeEntries(through);
        }
    }
}
