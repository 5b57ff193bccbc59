package dev.flags.rollout.controller;

import dev.flags.PacedClock;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A controller as a process of its own, which a test ends and stops as it likes. */
final class ControllerProcess implements AutoCloseable {
    private final Process process;

    private ControllerProcess(Process process) {
        this.process = process;
    }

    static ControllerProcess start(String url, Instant begin, int pace) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ControllerProcess.class.getName(),
                url,
                begin.toString(),
                Integer.toString(pace)));
        try {
            return new ControllerProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGSTOP: it stands still, in the middle of whatever it does. */
    void stop() {
        signal("STOP");
    }

    /** SIGCONT: it goes on, and does not know that time has passed. */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    static FlagStore store(String url, Instant begin, int pace) {
        JdbcFlagStore.Builder builder = JdbcFlagStore.builder(url, "test");
        return (pace > 1 ? builder.clock(new PacedClock(begin, pace)) : builder).open();
    }

    /** Moves rollouts until it is killed, or whoever started it is gone. */
    public static void main(String[] arguments) throws IOException {
        int pace = Integer.parseInt(arguments[2]);
        FlagStore store = store(arguments[0], Instant.parse(arguments[1]), pace);
        RolloutController.builder(store, new Actor("controller", "", ""))
                .settings(ControllerSettings.DEFAULT.atSpeed(pace))
                .start();
        while (System.in.read() >= 0) {
            // nothing is said: the end of the input is the end of the test
        }
        Runtime.getRuntime().halt(0);
    }
}
