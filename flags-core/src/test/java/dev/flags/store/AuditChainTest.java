package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.store.EnvironmentSettings.Archived;
import dev.flags.store.FlagStore.ChainReport;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditChainTest {
    private final InMemoryStorage storage = new InMemoryStorage("production", Clock.systemUTC());

    @BeforeEach
    void tenCommits() {
        FlagStore store = new StorageFlagStore(storage);
        for (int i = 0; i < 10; i++) {
            Commits.addBucket(store, "a");
        }
    }

    @Test
    void theHashIsSha256OfTheUtf8Bytes() {
        // FIPS 180-4 example and an independent value for a text that is not ASCII (sha256sum)
        assertThat(AuditChain.hash("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(AuditChain.hash("")).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void anUntouchedLogIsIntact() {
        assertThat(verify(log -> log).intact()).isTrue();
        assertThat(verify(log -> log).entries()).isEqualTo(10);
    }

    @Test
    void aLogOfManyPagesIsReadToItsEnd() {
        FlagStore store = new StorageFlagStore(storage);
        for (int i = 0; i < 1_200; i++) {
            Commits.addBucket(store, "a");
        }
        assertThat(verify(log -> log).entries()).isEqualTo(1_210);
        assertThat(verify(log -> altered(log, 1_100, "because", "becausf")).firstBroken())
                .contains(1_100L);
    }

    @Test
    void anAlteredEntryShows() {
        ChainReport report = verify(log -> altered(log, 4, "because", "becausf"));
        assertThat(report.firstBroken()).contains(4L);
        assertThat(report.problem()).contains("altered");
        assertThat(report.entries()).isEqualTo(3);
    }

    @Test
    void anEntryThatWasReplacedTogetherWithItsHashShowsInTheNextOne() {
        ChainReport report = verify(log -> {
            List<StoredEntry> changed = new ArrayList<>(log);
            String payload = log.get(3).payload().replace("because", "becausf");
            changed.set(3, new StoredEntry(4, payload, AuditChain.hash(payload)));
            return changed;
        });
        assertThat(report.firstBroken()).contains(5L);
        assertThat(report.problem()).contains("does not follow");
    }

    @Test
    void aReplacedLastEntryShowsAgainstTheHead() {
        ChainReport report = verify(log -> {
            List<StoredEntry> changed = new ArrayList<>(log);
            String payload = log.get(9).payload().replace("because", "becausf");
            changed.set(9, new StoredEntry(10, payload, AuditChain.hash(payload)));
            return changed;
        });
        assertThat(report.firstBroken()).contains(10L);
    }

    @Test
    void aMissingEntryShows() {
        ChainReport report = verify(log -> without(log, 6));
        assertThat(report.firstBroken()).contains(6L);
        assertThat(report.problem()).contains("missing");
    }

    @Test
    void aMissingFirstEntryShows() {
        assertThat(verify(log -> without(log, 1)).firstBroken()).contains(1L);
    }

    @Test
    void reorderedEntriesShow() {
        ChainReport report = verify(log -> {
            List<StoredEntry> changed = new ArrayList<>(log);
            StoredEntry third = log.get(2);
            StoredEntry fourth = log.get(3);
            changed.set(2, new StoredEntry(3, fourth.payload(), fourth.hash()));
            changed.set(3, new StoredEntry(4, third.payload(), third.hash()));
            return changed;
        });
        assertThat(report.firstBroken()).contains(3L);
        assertThat(report.problem()).contains("reordered");
    }

    @Test
    void aCutTailShowsAgainstTheHead() {
        ChainReport report = verify(log -> log.subList(0, 8));
        assertThat(report.firstBroken()).contains(9L);
        assertThat(report.problem()).contains("tail");
    }

    @Test
    void aLogThatGoesBeyondTheHeadShows() {
        Head early = storage.rewoundTo(7).head();
        ChainReport report = new StorageFlagStore(new ForwardingStorage(storage) {
                    @Override
                    public Head head() {
                        return early;
                    }
                })
                .verify();
        assertThat(report.firstBroken()).contains(8L);
    }

    @Test
    void anEmptyLogIsIntact() {
        assertThat(new InMemoryFlagStore("empty").verify().intact()).isTrue();
    }

    private ChainReport verify(UnaryOperator<List<StoredEntry>> tamper) {
        List<StoredEntry> log = tamper.apply(storage.entriesAfter(0, Integer.MAX_VALUE));
        return new StorageFlagStore(new ForwardingStorage(storage) {
                    @Override
                    public List<StoredEntry> entriesAfter(long revision, int limit) {
                        return log.stream()
                                .filter(entry -> entry.revision() > revision)
                                .limit(limit)
                                .toList();
                    }
                })
                .verify();
    }

    private static List<StoredEntry> altered(List<StoredEntry> log, int revision, String from, String to) {
        List<StoredEntry> changed = new ArrayList<>(log);
        StoredEntry entry = log.get(revision - 1);
        changed.set(revision - 1, new StoredEntry(revision, entry.payload().replace(from, to), entry.hash()));
        return changed;
    }

    private static List<StoredEntry> without(List<StoredEntry> log, int revision) {
        return log.stream().filter(entry -> entry.revision() != revision).toList();
    }

    @Test
    void aBeginningThatWasCutShowsEvenWhenTheSettingsAreAlteredToMatch() {
        InMemoryStorage cut = new InMemoryStorage("production", Clock.systemUTC());
        FlagStore honest = new StorageFlagStore(cut);
        for (int i = 0; i < 6; i++) {
            Commits.addBucket(honest, "a");
        }
        Archived forged = new Archived(3, honest.entriesAfter(2, 1).get(0).hash(), "archive.jsonl", 3);
        cut.removeEntries(3);
        assertThat(honest.verify().firstBroken()).contains(1L);
        FlagStore forging = new StorageFlagStore(new ForwardingStorage(cut) {
            @Override
            public Attempted attempt(Planner planner) {
                return behind.attempt(view -> {
                    Append append = planner.plan(view);
                    return new Append(
                            append.epoch(),
                            append.entry(),
                            append.keys(),
                            append.flags(),
                            append.segments(),
                            EnvironmentSettings.DEFAULT.beginningAfter(forged).write(),
                            false);
                });
            }
        });

        Commits.addBucket(forging, "a");

        assertThat(honest.settings().archived()).contains(forged);
        assertThat(honest.verify().firstBroken()).contains(4L);
        assertThat(honest.verify().problem()).contains("its beginning was cut");
    }
}
