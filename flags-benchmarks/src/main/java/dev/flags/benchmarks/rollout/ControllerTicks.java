package dev.flags.benchmarks.rollout;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.UserHashes;
import dev.flags.redis.RedisFlagStore;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.rollout.controller.ControllerListener;
import dev.flags.rollout.controller.RolloutController;
import dev.flags.servers.PostgresServer;
import dev.flags.servers.RedisServer;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * How long a controller's tick takes with many rollouts of one environment under way, each of which three processes report every ten
 * seconds: on PostgreSQL and on Redis, with servers of its own on this machine. Then others take over: in this process, which knows the
 * way, and in a process of its own, which has to learn it. Arguments: how many rollouts, 500 when there is none; and for how many ticks, 60.
 */
public final class ControllerTicks {
    private static final WriteOptions BECAUSE = WriteOptions.because("a benchmark");
    private static final int INSTANCES = 3;

    /** So many ticks of whoever takes over. */
    private static final int TAKEN_OVER = 4;

    private static final String TAKE_OVER = "take-over";

    private ControllerTicks() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        // a line for each of 500 rollouts that begin says nothing here
        System.setProperty("org.slf4j.simpleLogger.log.dev.flags.rollout", "warn");
        if (args.length > 1 && args[0].equals(TAKE_OVER)) {
            try (FlagStore store = open(args[1])) {
                takeOver("a process of its own", store);
            }
            return;
        }
        int rollouts = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        int ticks = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        System.out.println(Runtime.getRuntime().availableProcessors() + " cores, " + rollouts + " rollouts, "
                + INSTANCES + " processes report each");
        try (PostgresServer server = PostgresServer.start()) {
            server.createDatabase("benchmark");
            String url = server.jdbcUrl("benchmark") + "?user=" + server.superuser() + "&password="
                    + server.superuserPassword();
            JdbcFlagStore.migrate(url, Optional.empty(), Optional.empty());
            measure("PostgreSQL " + server.version(), url, rollouts, ticks);
        }
        try (RedisServer server = RedisServer.binary()) {
            measure("Redis " + server.version(), server.url(), rollouts, ticks);
        }
    }

    private static FlagStore open(String url) {
        return url.startsWith("jdbc:")
                ? JdbcFlagStore.builder(url, "benchmark").open()
                : RedisFlagStore.open(url, "benchmark");
    }

    private static void measure(String what, String url, int rollouts, int ticks)
            throws IOException, InterruptedException {
        try (FlagStore store = open(url)) {
            measure(what, store, rollouts, ticks);
            takeOver("this process", store);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ControllerTicks.class.getName(),
                        TAKE_OVER,
                        url)
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a process that takes over failed");
        }
    }

    /** The lease was given back, so the first tick has it. */
    private static void takeOver(String who, FlagStore store) throws InterruptedException {
        List<Long> millis = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(TAKEN_OVER);
        ControllerListener listener = new ControllerListener() {
            @Override
            public void ticked(Duration took, int watched) {
                millis.add(took.toMillis());
                done.countDown();
            }
        };
        try (RolloutController controller = RolloutController.builder(store, Actor.local("benchmark"))
                .listener(listener)
                .start()) {
            done.await();
            controller.wake();
        }
        System.out.println("another controller in " + who + " takes over: ticks of " + millis + " ms");
    }

    private static void measure(String what, FlagStore store, int rollouts, int ticks) throws InterruptedException {
        Actor actor = Actor.local("benchmark");
        FlagAdmin admin = new FlagAdmin(store, actor);
        Rollouts people = new Rollouts(store, actor);
        for (int i = 0; i < rollouts; i++) {
            admin.create(FlagDefinition.builder("flag-" + i).build(), BECAUSE);
            people.start("flag-" + i, RolloutPlan.DEFAULT, BECAUSE);
        }
        List<Long> millis = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(ticks);
        ControllerListener listener = new ControllerListener() {
            @Override
            public void ticked(Duration took, int watched) {
                millis.add(took.toMillis());
                done.countDown();
            }
        };
        try (RolloutController controller =
                RolloutController.builder(store, actor).listener(listener).start()) {
            long reported = -1;
            while (!done.await(1, TimeUnit.SECONDS)) {
                long window = Math.floorDiv(store.now().toEpochMilli(), OutcomeRow.WINDOW.toMillis()) - 1;
                if (window != reported) {
                    reported = window;
                    report(store, Instant.ofEpochMilli(window * OutcomeRow.WINDOW.toMillis()));
                }
            }
            controller.wake();
        }
        // the first begins all rollouts, which is a commit for each, and the second writes a record of each
        List<Long> steady = new ArrayList<>(millis.subList(Math.min(2, millis.size()), millis.size()));
        Collections.sort(steady);
        System.out.printf(
                Locale.ROOT,
                "%s: first ticks %s ms; then %d ticks: median %d ms, p95 %d ms, longest %d ms%n",
                what,
                millis.subList(0, Math.min(2, millis.size())),
                steady.size(),
                steady.get(steady.size() / 2),
                steady.get(steady.size() * 95 / 100),
                steady.get(steady.size() - 1));
    }

    private static void report(FlagStore store, Instant window) {
        for (FlagState flag : store.flags()) {
            RolloutRun run = flag.rollout().orElseThrow();
            Percentage percentage = flag.definition().orElseThrow().percentage();
            List<OutcomeRow> rows = new ArrayList<>();
            for (int i = 0; i < INSTANCES; i++) {
                long treated = 300L * percentage.buckets() / Percentage.BUCKETS;
                long first = window.getEpochSecond() * 1_000 + i * 100L;
                rows.add(new OutcomeRow(
                        flag.key(),
                        run.id(),
                        String.format("%016x", i + 1),
                        percentage,
                        window,
                        0,
                        0,
                        arm(treated, first, treated / 50),
                        arm(300 - treated, first + 50, (300 - treated) / 50)));
            }
            store.outcomes().orElseThrow().put(rows);
        }
    }

    private static OutcomeRow.Arm arm(long users, long firstFailed, long failed) {
        UserHashes hashes = UserHashes.of(LongStream.range(firstFailed, firstFailed + failed)
                .map(n -> n * 0x9E3779B97F4A7C15L)
                .toArray());
        return new OutcomeRow.Arm(
                users, hashes, users, failed, Map.of(), 0, List.of(), new TreeMap<>(), UserHashes.NONE);
    }
}
