package dev.flags.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Lets an outage happen to a store with an application on it, and observes. */
final class Rehearsal {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** However little time a machine has for the load. */
    private static final Duration MACHINE_IS_BUSY = Duration.ofMinutes(2);

    /**
     * How long to look.
     *
     * @param window before the outage, and while it lasts, at least
     * @param samples of the load in each, at least: a machine that has no time for them is given more
     * @param pauseNanos between two samples of the load
     */
    record Pace(Duration window, int samples, long pauseNanos) {
        /** To see whether it holds. */
        static final Pace TEST = new Pace(Duration.ofMillis(200), 0, 1_000_000);
        /** To measure. */
        static final Pace MEASURE = new Pace(Duration.ofSeconds(3), Latencies.ENOUGH, 20_000);
    }

    private Rehearsal() {}

    /**
     * @throws Exception when something did not come about in time, or an act failed
     */
    static <T extends Target> Findings run(Supplier<T> start, Outage<T> outage, Pace pace) throws Exception {
        Path directory = Files.createTempDirectory("flags-reliability-");
        String environment = "e" + NUMBER.incrementAndGet();
        try (T target = start.get();
                Scene scene = new Scene(target, environment, directory);
                Watch watch = new Watch(scene.flags());
                Load load = new Load(scene.flags(), scene.control(), pace.pauseNanos())) {
            scene.savedSnapshot();
            scene.protect(load);
            observe(load, pace);
            int logged = CapturedLog.of(environment).size();

            load.enter(Load.Phase.DURING);
            long begin = System.nanoTime();
            outage.begin().run(target, scene);
            Scene.await(outage.during() + " shows", () -> scene.flags().status().state() == outage.during());
            outage.meanwhile().run(target, scene);
            observe(load, pace);
            load.enter(Load.Phase.NOTHING);
            outage.end().run(target, scene);

            long end = System.nanoTime();
            Scene.await("all is right again", scene::allReady);
            long right = System.nanoTime();
            List<Watch.Change> changes = watch.since(begin);
            scene.commitIsServed();
            // after the commit: a line is written when the status has changed already
            List<String> log = CapturedLog.of(environment).stream().skip(logged).toList();
            load.stop();
            return new Findings(
                    target.name(),
                    outage.name(),
                    begin,
                    end,
                    changes,
                    log,
                    Duration.ofNanos(right - end),
                    outage.goal(),
                    load.wrongAnswers(),
                    load.exceptions(),
                    load.firstWrong(),
                    load.comparison(),
                    load.busy());
        } finally {
            remove(directory);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** A stretch of time in which nothing is done but looking. */
    private static void observe(Load load, Pace pace) throws InterruptedException {
        Thread.sleep(pace.window().toMillis());
        Awaitility.await("decisions were measured").atMost(MACHINE_IS_BUSY).until(() -> load.hasAsked(pace.samples()));
    }
}
