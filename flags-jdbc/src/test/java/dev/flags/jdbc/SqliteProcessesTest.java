package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.KillScope;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.store.Actor;
import dev.flags.store.AuditChain;
import dev.flags.store.StoredEntry;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Other processes on the same file: other users, other class paths, and ones that are killed. */
class SqliteProcessesTest {
    @TempDir
    Path directory;

    private Path path;
    private JdbcStorage storage;

    @BeforeEach
    void make() {
        path = directory.resolve("flags.db");
        JdbcMigrations.migrate("jdbc:sqlite:" + path);
        storage = new JdbcStorage(
                new SqliteConnections(new SqliteFile(path, Duration.ofMinutes(1))),
                "production",
                Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void ordinaryWorkNeedsNoFlyway() throws Exception {
        List<String> withoutFlyway = ChildJvm.classPath(
                entry -> !entry.contains("flyway") && !entry.contains("postgresql") && !entry.contains("mysql"));
        assertThat(withoutFlyway)
                .hasSizeLessThan(ChildJvm.classPath(entry -> true).size());

        ChildJvm.Ended commit = ChildJvm.run(List.of(), withoutFlyway, StorageMain.class, "commit", path.toString());

        assertThat(commit.output()).contains("revision 1");
        assertThat(commit.exitCode()).isZero();
        assertThat(ChildJvm.run(
                                List.of(),
                                withoutFlyway,
                                StorageMain.class,
                                "make",
                                directory.resolve("b.db").toString())
                        .output())
                .contains("NoClassDefFoundError");
    }

    @Test
    void killsGoThroughBesideProcessesThatCommitWithoutPause() throws Exception {
        List<Process> writers = new ArrayList<>();
        try (JdbcFlagStore store = JdbcFlagStore.builder(path, "production")
                .busyTimeout(Duration.ofMinutes(1))
                .open()) {
            FlagAdmin admin = new FlagAdmin(store, new Actor("ada", "ada", "here"));
            for (int i = 0; i < 3; i++) {
                writers.add(
                        writer().redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
            }
            long before = store.head().revision();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> store.head().revision() > before + 20);
            for (int i = 0; i < 40; i++) {
                KillScope scope = new KillScope.Keys(List.of("flag-" + i), true);
                assertThat(admin.kill(scope, WriteOptions.DEFAULT)).isInstanceOf(WriteOutcome.Done.class);
                assertThat(store.flag("flag-" + i).kill()).isPresent();
            }
            assertThat(writers).allMatch(Process::isAlive);
        } finally {
            writers.forEach(Process::destroyForcibly);
        }
    }

    private ProcessBuilder writer() {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StorageMain.class.getName(),
                        "commit-for-ever",
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    @Test
    void aProcessKilledBetweenCommitsOrInsideOneLeavesTheChainWholeAndTheFileUsable() throws Exception {
        long confirmed = 0;
        for (int round = 0; round < 3; round++) {
            Process writer = writer().start();
            try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
                for (int i = 0; i < 20 + round; i++) {
                    confirmed = Long.parseLong(lines.readLine());
                }
            } finally {
                writer.destroyForcibly();
                assertThat(writer.waitFor(120, TimeUnit.SECONDS)).isTrue();
            }
            storage.attempt(Appends.touching("parent"));
        }

        assertThat(storage.head().revision()).isGreaterThan(confirmed);
        String previous = AuditChain.ROOT;
        long expected = 1;
        for (StoredEntry entry : storage.entriesAfter(0, Integer.MAX_VALUE)) {
            assertThat(entry.revision()).isEqualTo(expected++);
            assertThat(entry.payload()).contains(previous);
            previous = entry.hash();
        }
        assertThat(storage.head().hash()).isEqualTo(previous);
        assertThat(storage.load().flags()).hasSize(2);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "POSIX permissions")
    void aFileThatMayNotBeWrittenIsReadButNotWritten() throws Exception {
        storage.attempt(Appends.touching("a"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r--r--"));
        storage.close();

        assertThat(asNobody("commit").output())
                .contains("NotPermittedException")
                .contains(path.toString());
        assertThat(asNobody("read").output()).contains("revision 1");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "POSIX permissions")
    void aDirectoryThatMayNotBeWrittenIsNamed() throws Exception {
        storage.attempt(Appends.touching("a"));
        storage.close();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertThat(asNobody("commit").output())
                    .contains("NotPermittedException")
                    .contains(path.toString());
            assertThat(asNobody("make", directory.resolve("new.db")).output())
                    .contains("NotPermittedException")
                    .contains(directory.toString());
        } finally {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
    }

    private ChildJvm.Ended asNobody(String verb) throws Exception {
        return asNobody(verb, path);
    }

    /** Permissions do not bind root, so when this is root the child runs as somebody else. */
    private ChildJvm.Ended asNobody(String verb, Path file) throws Exception {
        List<String> classPath = ChildJvm.classPath(entry -> true);
        List<String> prefix = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            prefix.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            Path copies = Files.createTempDirectory("flags-classpath");
            Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
            try {
                return ChildJvm.run(
                        prefix, ChildJvm.copyClassPath(classPath, copies), StorageMain.class, verb, file.toString());
            } finally {
                deleteTree(copies);
            }
        }
        return ChildJvm.run(prefix, classPath, StorageMain.class, verb, file.toString());
    }

    private static void deleteTree(Path root) throws Exception {
        try (var files = Files.walk(root)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
