package dev.flags.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.FlagsStatus.State;
import dev.flags.Reason;
import dev.flags.StartupPolicy;
import dev.flags.Subscription;
import dev.flags.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
    @TempDir
    Path directory;

    private Path file;
    private Flags flags;

    @BeforeEach
    void place() {
        file = directory.resolve("flags.json");
    }

    @AfterEach
    void close() {
        if (flags != null) {
            flags.close();
        }
    }

    private void start(Path path) {
        flags = Flags.builder()
                .layer(FileSource.of(path))
                .pollInterval(Duration.ofMillis(5))
                .startup(StartupPolicy.waitUpTo(Duration.ofMillis(50)))
                .build();
    }

    private void startReady(Path path) throws InterruptedException {
        start(path);
        assertThat(flags.awaitReady(Duration.ofMinutes(2))).isTrue();
    }

    private static String flag(String key, int percentage) {
        return "{\"key\":\"" + key + "\",\"percentage\":" + percentage + "}";
    }

    private static String document(String... flags) {
        return "{\"schema\":1,\"flags\":[" + String.join(",", flags) + "]}";
    }

    private boolean on(String key) {
        return flags.isEnabled(key, "ann");
    }

    private FlagsStatus.Layer layer() {
        return flags.status().layers().get(0);
    }

    /** The file is looked at on another thread, which a busy machine may let wait. */
    private void eventuallyTold(String problem) {
        eventually(() -> layer().problems().toString().contains(problem));
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    /** Writes beside the file and moves it into place, as careful editors do. */
    private static void replace(Path file, String text) throws IOException {
        Path fresh = Files.writeString(file.resolveSibling("fresh"), text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void isServedFromTheFirstDecisionOn() throws IOException, InterruptedException {
        Files.writeString(file, document(flag("a", 100)));
        startReady(file);
        assertThat(on("a")).isTrue();
        assertThat(layer().name()).isEqualTo("flags.json");
        assertThat(layer().state()).isEqualTo(State.READY);
        assertThat(flags.decide("a", null).layer()).isEqualTo("flags.json");
    }

    @Test
    void anEditInPlaceIsNoticed() throws IOException, InterruptedException {
        Files.writeString(file, document(flag("a", 0)));
        startReady(file);
        assertThat(on("a")).isFalse();
        Files.writeString(file, document(flag("a", 100)));
        eventually(() -> on("a"));
    }

    @Test
    void anEditOfTheSameSizeAndTimeStampIsNoticedWhileTheStampIsYoung() throws IOException, InterruptedException {
        // and stays so however slow this machine is
        FileTime stamp = FileTime.from(Instant.now().plusSeconds(60));
        Files.writeString(file, document(flag("a", 0), flag("b", 100)));
        Files.setLastModifiedTime(file, stamp);
        startReady(file);
        assertThat(on("a")).isFalse();
        Files.writeString(file, document(flag("b", 0), flag("a", 100)));
        Files.setLastModifiedTime(file, stamp);
        eventually(() -> on("a") && !on("b"));
    }

    @Test
    void anAtomicReplacementIsNoticedEvenWithTheSameSizeAndAnOldStamp() throws IOException, InterruptedException {
        FileTime stamp = FileTime.from(Instant.now().minus(Duration.ofDays(1)));
        Files.writeString(file, document(flag("a", 0), flag("b", 100)));
        Files.setLastModifiedTime(file, stamp);
        startReady(file);
        Path fresh = Files.writeString(directory.resolve("fresh"), document(flag("b", 0), flag("a", 100)));
        Files.setLastModifiedTime(fresh, stamp);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        eventually(() -> on("a") && !on("b"));
    }

    @Test
    void aSymbolicLinkSwappedAsKubernetesDoesIsNoticed() throws IOException, InterruptedException {
        // flags.json -> ..data/flags.json, ..data -> ..2026_1; an update makes ..2026_2 and renames a new ..data over
        // the old
        Path first = Files.createDirectory(directory.resolve("..2026_1"));
        Path second = Files.createDirectory(directory.resolve("..2026_2"));
        FileTime stamp = FileTime.from(Instant.now().minus(Duration.ofDays(1)));
        Files.writeString(first.resolve("flags.json"), document(flag("a", 0), flag("b", 100)));
        Files.writeString(second.resolve("flags.json"), document(flag("b", 0), flag("a", 100)));
        Files.setLastModifiedTime(first.resolve("flags.json"), stamp);
        Files.setLastModifiedTime(second.resolve("flags.json"), stamp);
        Files.createSymbolicLink(directory.resolve("..data"), first.getFileName());
        Files.createSymbolicLink(file, Path.of("..data", "flags.json"));
        startReady(file);
        assertThat(on("a")).isFalse();
        Path swapped = Files.createSymbolicLink(directory.resolve("..data_tmp"), second.getFileName());
        Files.move(swapped, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        eventually(() -> on("a") && !on("b"));
    }

    @Test
    void aMalformedFlagKeepsItsLastGoodFormWhileTheOthersUpdate() throws IOException, InterruptedException {
        Files.writeString(file, document(flag("a", 100), flag("b", 0)));
        startReady(file);
        replace(file, document(flag("a", 700), flag("b", 100)));
        eventually(() -> on("b"));
        assertThat(on("a")).isTrue();
        eventually(() -> layer().state() == State.READY
                && layer().problems().stream()
                        .anyMatch(problem -> problem.path().startsWith("flags.json#/flags/0")));
        replace(file, document(flag("a", 0), flag("b", 100)));
        eventually(() -> !on("a") && layer().problems().isEmpty());
    }

    @Test
    void aFlagThatWasNeverGoodIsMalformed() throws IOException, InterruptedException {
        Files.writeString(file, document(flag("a", 700), flag("b", 100)));
        startReady(file);
        assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.MALFORMED_FLAG);
        assertThat(flags.isEnabled("a", "ann", true)).isTrue();
        assertThat(on("b")).isTrue();
    }

    @Test
    void aBrokenFileChangesNothingAndIsReportedUntilItIsWholeAgain() throws IOException, InterruptedException {
        String whole = document(flag("a", 100));
        Files.writeString(file, whole);
        startReady(file);
        Files.writeString(file, whole.substring(0, whole.length() - 3));
        eventually(() -> layer().state() == State.STALE && !layer().problems().isEmpty());
        assertThat(on("a")).isTrue();
        Files.writeString(file, whole);
        eventually(() -> layer().state() == State.READY && layer().problems().isEmpty());
        Files.write(file, new byte[] {'{', '"', (byte) 0xc3});
        // before that it may be seen empty
        eventuallyTold("UTF-8");
        assertThat(layer().state()).isEqualTo(State.STALE);
        assertThat(on("a")).isTrue();
    }

    @Test
    void aFileThatIsGoneLeavesWhatWasServed() throws IOException, InterruptedException {
        Files.writeString(file, document(flag("a", 100)));
        startReady(file);
        Files.delete(file);
        eventually(() -> layer().state() == State.STALE);
        assertThat(on("a")).isTrue();
        eventuallyTold("does not exist");
        Files.writeString(file, document(flag("a", 100)));
        eventually(() -> layer().state() == State.READY);
    }

    @Test
    void aFileThatIsMissingAtTheStartIsPickedUpWhenItAppears() throws IOException {
        start(file);
        assertThat(flags.status().state()).isEqualTo(State.NOT_READY);
        eventuallyTold("does not exist");
        assertThat(layer().problems().toString()).contains("flags.json");
        assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.NOT_READY);
        Files.writeString(file, document(flag("a", 100)));
        eventually(() -> on("a") && flags.status().state() == State.READY);
    }

    @Test
    void aDirectoryInItsPlaceIsAProblem() throws IOException {
        Files.createDirectory(file);
        start(file);
        eventuallyTold("directory");
    }

    @Test
    void aFileThatMayNotBeReadIsAProblem() throws IOException {
        Files.writeString(file, document(flag("a", 100)));
        assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "this user may read everything");
        start(file);
        assertThat(flags.status().state()).isEqualTo(State.NOT_READY);
        eventuallyTold("may not be read");
    }

    @Test
    void killsInItLatchWhetherItDefinesTheFlagOrNot() throws IOException, InterruptedException {
        Files.writeString(file, document(flag("a", 100)));
        startReady(file);
        assertThat(on("a")).isTrue();
        String latch = "{\"at\":\"2026-01-01T00:00:00Z\",\"by\":\"ann\",\"reason\":\"INC-1\",\"endedRollout\":false}";
        replace(
                file,
                "{\"schema\":1,\"flags\":[" + flag("a", 100) + "],\"kills\":{\"a\":" + latch + ",\"elsewhere\":" + latch
                        + "}}");
        eventually(() -> !on("a"));
        assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.KILLED);
        assertThat(flags.decide("elsewhere", null).reason()).isEqualTo(Reason.KILLED);
    }

    @Test
    void yamlIsReadAndAHalfWrittenOneIsNotServed() throws IOException, InterruptedException {
        Path yaml = directory.resolve("flags.yaml");
        String first = "schema: 1\nflags:\n- key: a\n  percentage: 100\n";
        String whole = first + "- key: b\n  percentage: 100\n";
        Files.writeString(yaml, whole);
        startReady(yaml);
        assertThat(on("a") && on("b")).isTrue();
        // on a machine that stalls, the writer may rest for so long that what it wrote counts as whole: tried again
        // then
        boolean undisturbed = false;
        for (int attempt = 0; attempt < 50 && !undisturbed; attempt++) {
            Files.writeString(yaml, whole);
            eventually(() -> on("b"));
            undisturbed = servesBWhileGrowing(yaml, first);
        }
        assertThat(undisturbed).isTrue();
        Files.writeString(yaml, whole + "- key: c\n  percentage: 100\n");
        eventually(() -> on("c"));
        assertThat(on("b")).isTrue();
    }

    /** Lets a file grow that is a valid document without b all the while; false when the writer was held up. */
    private boolean servesBWhileGrowing(Path yaml, String first) throws IOException {
        Files.writeString(yaml, first);
        long start = System.nanoTime();
        long last = start;
        while (last - start < Duration.ofMillis(250).toNanos()) {
            LockSupport.parkNanos(1_000_000);
            Files.writeString(yaml, "# more\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
            boolean served = on("b");
            long now = System.nanoTime();
            if (now - last > Duration.ofMillis(60).toNanos()) {
                return false;
            }
            assertThat(served).isTrue();
            last = now;
        }
        return true;
    }

    @Test
    void aStampInTheFutureDoesNotKeepYamlFromBeingRead() throws IOException, InterruptedException {
        Path yaml =
                Files.writeString(directory.resolve("flags.yml"), "schema: 1\nflags:\n- key: a\n  percentage: 100\n");
        Files.setLastModifiedTime(yaml, FileTime.from(Instant.now().plus(Duration.ofDays(1))));
        startReady(yaml);
        assertThat(on("a")).isTrue();
    }

    @Test
    void segmentsAreRead() throws IOException, InterruptedException {
        Files.writeString(
                file,
                "{\"schema\":1,\"segments\":[{\"name\":\"staff\",\"keys\":[\"ann\"]}],\"flags\":[{\"key\":\"a\",\"rules\":"
                        + "[{\"id\":\"r\",\"conditions\":[{\"segment\":\"staff\"}],\"variant\":\"on\"}]}]}");
        startReady(file);
        assertThat(on("a")).isTrue();
        assertThat(flags.isEnabled("a", "bob")).isFalse();
    }

    @Test
    void whatAListenerFailedToTakeIsHandedOnAgain() throws IOException {
        Files.writeString(file, document(flag("a", 100)));
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        AtomicInteger offered = new AtomicInteger();
        List<LayerContent> taken = new CopyOnWriteArrayList<>();
        SourceListener listener = new SourceListener() {
            @Override
            public void loaded(LayerContent content, State state, Instant contact) {
                if (offered.incrementAndGet() == 1) {
                    throw new IllegalStateException("a defect");
                }
                taken.add(content);
            }

            @Override
            public void unchanged(Instant contact) {}

            @Override
            public void state(State state, List<Problem> problems) {}
        };
        FileSource source =
                FileSource.builder(file).pollInterval(Duration.ofMillis(5)).build();
        Subscription following = source.follow(FollowOptions.DEFAULT, listener);
        try {
            eventually(() -> !taken.isEmpty());
        } finally {
            following.close();
        }
        assertThat(taken.get(0).flags()).containsKey("a");
    }

    @Test
    void contactIsRenewedWhileNothingChangesAndClosingEndsItsThread() throws IOException, InterruptedException {
        Files.writeString(file, document(flag("a", 100)));
        startReady(file);
        Instant first = layer().lastContact().orElseThrow();
        eventually(() -> layer().lastContact().orElseThrow().isAfter(first));
        assertThat(threads()).isEqualTo(1);
        flags.close();
        eventually(() -> threads() == 0);
        assertThat(on("a")).isTrue();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("flags-follow-flags.json"))
                .peek(thread -> assertThat(thread.isDaemon()).isTrue())
                .count();
    }
}
