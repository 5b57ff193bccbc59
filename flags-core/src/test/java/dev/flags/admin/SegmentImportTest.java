package dev.flags.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FaultyStore;
import dev.flags.FlagsException;
import dev.flags.LargeSegments;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Problem;
import dev.flags.model.Segment;
import dev.flags.model.SegmentVersion;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.StoreUnavailableException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentImportTest {
    private static final WriteOptions WHY = WriteOptions.because("campaign");

    private final FaultyStore store = new FaultyStore();
    private final LargeSegments segments = LargeSegments.of(store);

    private WriteOutcome.Done imported(String lines) {
        return (WriteOutcome.Done) segments.importInto("beta", lines, WHY);
    }

    private SegmentVersion current() {
        return store.segments().get("beta").members().orElseThrow();
    }

    private Set<String> among(String... keys) {
        return store.behind().among("beta", current().version(), List.of(keys));
    }

    private List<String> versions() {
        return store.behind().versions("beta");
    }

    @Test
    void oneCommitSwitchesToANewVersionWithASmallAuditEntry() {
        WriteOutcome.Done done = imported("ann\nbob\n");
        assertThat(done.changed()).isTrue();
        assertThat(done.notes()).containsExactly("beta: 2 members");
        assertThat(store.head().revision()).isEqualTo(1);
        assertThat(current().count()).isEqualTo(2);
        assertThat(among("ann", "bob", "zoe")).containsExactlyInAnyOrder("ann", "bob");
        AuditEntry entry = store.history(Optional.empty(), Long.MAX_VALUE, 1).get(0);
        assertThat(entry.action()).isEqualTo("segment-import");
        assertThat(entry.reason()).isEqualTo("campaign");
        assertThat(entry.details())
                .containsEntry("segment", "beta")
                .containsEntry("file", "members.txt")
                .containsEntry("members", 2L);
        assertThat(entry.payload().length()).isLessThan(2_000);
    }

    @Test
    void whatElseTheSegmentSaysStays() {
        segments.applying("{'segments':[{'name':'beta','description':'d','keys':['k'],'excluded':['x'],'later':1}]}");
        imported("ann");
        Segment after = store.segments().get("beta");
        assertThat(after.keys()).containsExactly("k");
        assertThat(after.excluded()).containsExactly("x");
        assertThat(after.extra()).containsEntry("later", 1L);
    }

    @Test
    void blanksAroundAKeyEmptyLinesCommentsAMarkAtTheBeginningAndRepetitionsSayNothing() {
        WriteOutcome.Done done = imported("\uFEFF ann \r\n\n# who\n\u00e9va\nann\nlast");
        assertThat(current().count()).isEqualTo(3);
        assertThat(among("ann", "\u00e9va", "last", "# who")).containsExactlyInAnyOrder("ann", "\u00e9va", "last");
        assertThat(done.notes()).contains("1 of the 4 lines repeat a targeting key");
    }

    @Test
    void linesThatAreNoTargetingKeysAreAllReportedWithTheirNumberAndNothingIsSwitched() {
        imported("ann");
        SegmentVersion before = current();
        byte[] lines = ("ok\nbad\tone\n" + "x".repeat(1_001) + "\n" + "y".repeat(100_000) + "\n\u0000z\n?\nfine\n")
                .getBytes(StandardCharsets.UTF_8);
        lines[new String(lines, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xc3;
        assertThatThrownBy(() -> new SegmentImport(store, Actor.local("ann"))
                        .run(
                                "beta",
                                new SegmentImport.MemberFile("f", () -> new java.io.ByteArrayInputStream(lines)),
                                WHY,
                                keys -> {}))
                .isInstanceOfSatisfying(
                        InvalidFlagException.class,
                        e -> assertThat(e.problems())
                                .extracting(Problem::path)
                                .containsExactly("f:2", "f:3", "f:4", "f:5", "f:6"));
        assertThat(current()).isEqualTo(before);
        assertThat(versions()).containsExactly(before.version());
        String all = "a\tb\n".repeat(1_000);
        assertThatThrownBy(() -> imported(all))
                .isInstanceOfSatisfying(
                        InvalidFlagException.class,
                        e -> assertThat(e.problems()).hasSize(21));
    }

    @Test
    void anEmptyFileOrOneThatBreaksOffSwitchesNothing() {
        imported("ann");
        SegmentVersion before = current();
        assertThatThrownBy(() -> imported("\n# nobody\n")).hasMessageContaining("holds no targeting key");
        assertThatThrownBy(() -> new SegmentImport(store, Actor.local("ann"))
                        .run(
                                "beta",
                                new SegmentImport.MemberFile(
                                        "pipe",
                                        () ->
                                                new FilterInputStream(new java.io.ByteArrayInputStream(
                                                        "user\n".repeat(6_000).getBytes(StandardCharsets.UTF_8))) {
                                                    @Override
                                                    public int read(byte[] into, int from, int length)
                                                            throws IOException {
                                                        int read = super.read(into, from, length);
                                                        if (read < 0) {
                                                            throw new IOException("broken pipe");
                                                        }
                                                        return read;
                                                    }
                                                }),
                                WHY,
                                keys -> {}))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("broken pipe");
        assertThat(current()).isEqualTo(before);
        assertThat(versions()).containsExactly(before.version());
    }

    @Test
    void aShortOutageInTheMiddleIsSurvivedAndALongOneSwitchesNothing() {
        store.failAdds(2);
        imported("ann");
        SegmentVersion before = current();
        store.failAdds(100);
        assertThatThrownBy(() -> imported("zoe")).isInstanceOf(StoreUnavailableException.class);
        assertThat(current()).isEqualTo(before);
    }

    @Test
    void aStoreThatLosesMembersMeanwhileIsFoundOut() {
        imported("ann");
        SegmentVersion before = current();
        String many = IntStream.range(0, 12_000).mapToObj(i -> "u" + i).collect(Collectors.joining("\n"));
        assertThatThrownBy(() -> new SegmentImport(store, Actor.local("ann"))
                        .run(
                                "beta",
                                new SegmentImport.MemberFile(
                                        "f",
                                        () -> new java.io.ByteArrayInputStream(many.getBytes(StandardCharsets.UTF_8))),
                                WHY,
                                keys -> {
                                    if (keys == 10_000) {
                                        versions().stream()
                                                .filter(version -> !version.equals(before.version()))
                                                .forEach(version ->
                                                        store.behind().remove("beta", version));
                                    }
                                }))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("does it evict keys");
        assertThat(current()).isEqualTo(before);
        assertThat(versions()).containsExactly(before.version());
    }

    @Test
    void theLastTwoVersionsAreKeptAndWhatWasLeftBehindLongAgoGoes() {
        store.behind().add("beta", "20200101T000000Z-00000001", List.of("killed"));
        store.behind().add("beta", "somebody-elses", List.of("x"));
        imported("a");
        String first = current().version();
        imported("b");
        String second = current().version();
        imported("c");
        assertThat(current().previous()).contains(second);
        assertThat(versions())
                .containsExactlyInAnyOrder("somebody-elses", second, current().version());
        assertThat(versions()).doesNotContain(first);
    }

    @Test
    void theSameContentAgainIsANewVersion() {
        imported("a");
        String first = current().version();
        assertThat(imported("a").changed()).isTrue();
        assertThat(current().version()).isNotEqualTo(first);
    }

    @Test
    void aDryRunReadsAndCountsAndWritesNothing() {
        List<Long> progress = new ArrayList<>();
        String many = IntStream.range(0, 7_000).mapToObj(i -> "u" + i).collect(Collectors.joining("\n"));
        WriteOutcome outcome = new SegmentImport(store, Actor.local("ann"))
                .run(
                        "beta",
                        new SegmentImport.MemberFile(
                                "f", () -> new java.io.ByteArrayInputStream(many.getBytes(StandardCharsets.UTF_8))),
                        WHY.asDryRun(),
                        progress::add);
        assertThat(((WriteOutcome.Done) outcome).changed()).isTrue();
        assertThat(((WriteOutcome.Done) outcome).notes()).containsExactly("beta: 7000 members");
        assertThat(progress).containsExactly(5_000L, 7_000L);
        assertThat(versions()).isEmpty();
        assertThat(store.segments()).isEmpty();
        assertThatThrownBy(() -> segments.importInto("beta", "a\tb", WHY.asDryRun()))
                .isInstanceOf(InvalidFlagException.class);
    }

    @Test
    void aProtectedEnvironmentAsksBeforeTheFileIsRead() {
        new FlagAdmin(store, Actor.local("ann")).protect(true, WriteOptions.because("x"));
        assertThat(segments.importInto("beta", "a", WriteOptions.DEFAULT)).isInstanceOf(WriteOutcome.NeedsReason.class);
        assertThat(segments.importInto("beta", "a", WHY)).isInstanceOf(WriteOutcome.NeedsConfirmation.class);
        assertThat(versions()).isEmpty();
        assertThat(segments.importInto("beta", "a", WHY.asConfirmed())).isInstanceOf(WriteOutcome.Done.class);
    }

    @Test
    void anotherRevisionThanExpectedIsAConflictAndTheNewVersionGoes() {
        imported("a");
        assertThat(segments.importInto("beta", "b", WHY.expecting(7))).isInstanceOf(WriteOutcome.Conflict.class);
        assertThat(versions()).containsExactly(current().version());
    }

    @Test
    void aFileOfFlagsHasNoSayInWhichMembersCount() {
        imported("a");
        SegmentVersion before = current();
        segments.applying("{'segments':[{'name':'beta','keys':['k'],'members':{'version':'other','count':9}},"
                + "{'name':'new','members':{'version':'other','count':9}}]}");
        assertThat(current()).isEqualTo(before);
        assertThat(store.segments().get("beta").keys()).containsExactly("k");
        assertThat(store.segments().get("new").members()).isEmpty();
    }

    @Test
    void undoGoesBackToMembersThatTheStoreStillHasAndToNoOthers() {
        imported("a");
        imported("b");
        SegmentVersion second = current();
        imported("c");
        FlagAdmin admin = new FlagAdmin(store, Actor.local("ann"));
        admin.undoAll(2, WHY);
        assertThat(current()).isEqualTo(second);
        imported("d");
        SegmentVersion last = current();
        admin.undoAll(1, WHY);
        assertThat(current()).isEqualTo(last);
    }

    @Test
    void aNameThatNoSegmentCanHaveIsRefused() {
        assertThatThrownBy(() -> segments.importInto("no name", "a", WHY)).isInstanceOf(InvalidFlagException.class);
    }
}
