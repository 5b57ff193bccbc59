package dev.flags.rollout.controller;

import dev.flags.servers.ServerProcess;
import dev.flags.store.Actor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A controller as a process of its own, which a test ends and stops as it likes. It ends with the test's JVM, stopped or not. */
final class ControllerProcess implements AutoCloseable {
    private final ServerProcess process;
    private boolean stopped;

    private ControllerProcess(ServerProcess process) {
        this.process = process;
    }

    /** @param log where its warnings go */
    static ControllerProcess start(Ground ground, Path log) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ControllerProcess.class.getName()));
        command.addAll(ground.words());
        return new ControllerProcess(ServerProcess.start(log.getParent(), log, command));
    }

    /** Whether a lease is this one's. */
    boolean isHolder(String holder) {
        return holder.contains("/" + process.pid() + "/");
    }

    boolean isStopped() {
        return stopped;
    }

    /** SIGKILL. */
    void kill() {
        process.kill();
    }

    /** SIGSTOP: it stands still, in the middle of whatever it does. */
    void stop() {
        process.pause();
        stopped = true;
    }

    /** SIGCONT: it goes on, and does not know that time has passed. */
    void resume() {
        process.resume();
        stopped = false;
    }

    String log() {
        return process.log();
    }

    @Override
    public void close() {
        kill();
    }

    /** Moves rollouts until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        Ground.Place place = Ground.Place.of(List.of(arguments));
        RolloutController.builder(place.open(), new Actor("controller", "", ""))
                .settings(place.settings())
                .start();
        new CountDownLatch(1).await();
    }
}
