package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flags.Flags;
import dev.flags.PacedClock;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.store.FlagStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rollout as people live through it: an application, a controller, a pipeline that waits, and the report. On a clock that runs fast. */
class ControllerStoryTest {
    private static final int PACE = 10;

    /** By default a process that is gone for a bake of this clock ends a rollout: three seconds, for which a busy machine may stop one. */
    private static final String PATIENT = "survivors < 80% for 30s -> hold";

    @TempDir
    Path directory;

    @Test
    @Timeout(600)
    void aNewPathThatFailsComesDownAndAHealthyOneClimbs() throws Exception {
        PacedClock clock = new PacedClock(Instant.now(), PACE);
        Cli cli = Cli.in(directory).at(clock);
        cli.done("create", "k");
        try (Application broken = new Application(directory.resolve("flags.db"), clock, true)) {
            assertThat(broken.isCalled()).isTrue();
            ByteArrayOutputStream told = new ByteArrayOutputStream();
            FutureTask<Integer> controller =
                    new FutureTask<>(() -> cli.run(new ByteArrayOutputStream(), told, "controller"));
            Thread driver = new Thread(controller, "controller");
            driver.start();
            cli.done(start("20:1m,50:1m,100", "1m", "--reason", "FEAT-12"));
            cli.run("rollout", "status", "k", "-w", "--timeout", "100h")
                    .exits(7)
                    .prints("ROLLED_BACK");

            cli.run("rollout", "status", "k").exits(7).prints("why  ", "BREACHED");
            assertThat(cli.json("get", "k")).containsEntry("percentage", 0L);
            cli.done("report", "k")
                    .prints("FEAT-12", "rollout roll back", "controller at", "20% → 0%", "rolled back at stage 1 of 3");
            // told by the controller's thread, after the commit that the status shows
            await().atMost(120, TimeUnit.SECONDS)
                    .until(() -> told.toString(StandardCharsets.UTF_8).contains("k: rollout roll back"));
            driver.interrupt();
            assertThat(controller.get(120, TimeUnit.SECONDS)).isZero();
            assertThat(told.toString(StandardCharsets.UTF_8)).contains("has the lease", "the lease is free");
        }
        // what mends it is another release: breakers of the processes that failed would still be open
        try (Application mended = new Application(directory.resolve("flags.db"), clock, false)) {
            cli.run(start("20:30s,100", "30s", "--foreground")).exits(0).prints("COMPLETED");
            assertThat(mended.isCalled()).isTrue();
            assertThat(cli.json("get", "k")).containsEntry("percentage", 100L);
            assertThat(cli.json("rollout", "status", "k")).containsEntry("controller", null);
        }
    }

    @Test
    @Timeout(300)
    void aControllerThatIsToldToEndGivesTheLeaseBack() throws Exception {
        Cli cli = Cli.in(directory);
        cli.done("create", "k");
        Path told = directory.resolve("told.txt");
        Process process = start(cli, told, "controller");
        try {
            await().atMost(120, TimeUnit.SECONDS)
                    .until(() -> Files.readString(told).contains("has the lease"));
            cli.done("rollout", "start", "k");
            await().atMost(120, TimeUnit.SECONDS)
                    .until(() -> cli.json("rollout", "status", "k").get("controller") != null);
            process.destroy();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(told)).contains("ended in order");
        } finally {
            process.destroyForcibly();
        }
        assertThat(cli.json("rollout", "status", "k")).containsEntry("controller", null);
    }

    private static String[] start(String stages, String soak, String... more) {
        List<String> words = new ArrayList<>(List.of("rollout", "start", "k", "--guard", PATIENT));
        words.addAll(List.of("--stages", stages, "--soak", soak));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private static Process start(Cli cli, Path told, String... verb) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(verb));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(cli.directory().toFile()).redirectError(told.toFile());
        builder.environment().clear();
        builder.environment().putAll(cli.variables());
        return builder.start();
    }

    /** Calls both paths for many users, all the time. */
    private static final class Application implements AutoCloseable {
        private final Flags flags;
        private final ScheduledExecutorService calling = Executors.newSingleThreadScheduledExecutor();
        private final AtomicLong users = new AtomicLong();
        private final ScheduledFuture<?> calls;
        private final boolean newPathFails;

        Application(Path file, PacedClock clock, boolean newPathFails) {
            this.newPathFails = newPathFails;
            FlagStore store = JdbcFlagStore.builder(file, "development")
                    .clock(clock)
                    .pollInterval(Duration.ofMillis(50))
                    .open();
            flags = Flags.builder()
                    .environment("development")
                    .layer(store)
                    .clock(clock)
                    .nanos(clock::nanos)
                    .build();
            calls = calling.scheduleAtFixedRate(this::calls, 0, 5, TimeUnit.MILLISECONDS);
        }

        boolean isCalled() {
            return !calls.isDone();
        }

        private void calls() {
            for (int i = 0; i < 10; i++) {
                flags.choose("k", "user-" + users.incrementAndGet())
                        .whenOn(this::newPath)
                        .whenOff(() -> "old")
                        .fallBackOnFailure()
                        .call();
            }
        }

        private String newPath() {
            if (newPathFails) {
                throw new IllegalStateException("the new path fails");
            }
            return "new";
        }

        @Override
        public void close() {
            calls.cancel(false);
            calling.shutdownNow();
            flags.close();
        }
    }
}
