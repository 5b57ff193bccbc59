package dev.flags.benchmarks.redis;

import dev.flags.benchmarks.FlagDocuments;
import dev.flags.benchmarks.MeasuredCommits;
import dev.flags.model.FlagFile;
import dev.flags.redis.RedisFlagStore;
import dev.flags.servers.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * From a commit on Redis to its being served by instances in other processes on this machine, and in turn with them to its being read by
 * bare Jedis {@code XREAD} followers of the same log. Starts a Redis of its own and ends by itself. Arguments: the numbers of instances; 1
 * and 200 when there are none.
 *
 * <p>Time begins when the edit has been worked out: what is in it then is the audit entry, the script, and the following. Followers are
 * warmed up by as many commits as their compiler needs to be done with, which is told by the result: below 20,000 for each process it is
 * still compiling, and what it has not compiled takes half of the time. What a process needs that has seen no commit before, or few, is
 * measured apart, where each instance has a process of its own. Followers have a young generation that holds the garbage of what is
 * measured, because a hundred instances in one JVM make a hundred times that of one (about 26 kB a commit), and its collection would be
 * measured.
 */
public final class FollowBenchmark {
    static final String ENVIRONMENT = "benchmark";
    static final String LOG = "flags:{" + ENVIRONMENT + "}:log";

    private static final int FLAGS = 100;
    /** Commits before those that are measured. */
    private static final int WARM_UP = 1_000;

    /** How often a process applies one before that, at least. */
    private static final int APPLIED = 30_000;

    /** Commits of which a process has seen only the first. */
    private static final int EARLY = 10;

    private static final int COMMITS = 300;
    private static final int ROUNDS = 3;
    private static final int PROCESSES = 2;

    private final RedisServer server;
    private final RedisFlagStore store;
    private final int instances;

    private FollowBenchmark(RedisServer server, RedisFlagStore store, int instances) {
        this.server = server;
        this.store = store;
        this.instances = instances;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int[] counts = args.length == 0
                ? new int[] {1, 200}
                : Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        try (RedisServer server = RedisServer.binary();
                RedisFlagStore store = RedisFlagStore.open(server.url(), ENVIRONMENT)) {
            System.out.println(
                    "Redis " + server.version() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
            fill(store, FLAGS);
            for (int count : counts) {
                new FollowBenchmark(server, store, count).run();
            }
        }
    }

    /** What one kind of follower needed, in nanoseconds, and how long each commit took. */
    private record Measured(List<Long> first, List<Long> early, List<Long> warm, List<Long> commits) {
        Measured() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    private void run() throws IOException, InterruptedException {
        Measured bare = new Measured();
        Measured flags = new Measured();
        for (int round = 1; round <= ROUNDS; round++) {
            measure("bare", bare);
            measure("flags", flags);
        }
        if (hasFresh()) {
            compare("the first commit of a process", bare.first, flags.first);
            compare("the " + EARLY + " after it", bare.early, flags.early);
        }
        compare("warmed up", bare.warm, flags.warm);
        List<Long> commits = new ArrayList<>(bare.commits);
        commits.addAll(flags.commits);
        print("commit() itself", commits);
    }

    /** Whether each instance has a process of its own, so that it can be told what one needs that has seen no commit. */
    private boolean hasFresh() {
        return instances <= PROCESSES;
    }

    private void measure(String kind, Measured measured) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> outputs = new ArrayList<>();
        int count = Math.min(PROCESSES, instances);
        for (int i = 0; i < count; i++) {
            Process process = start(kind, server.url(), instances * (i + 1) / count - instances * i / count);
            processes.add(process);
            outputs.add(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        }
        awaitReady(outputs);
        MeasuredCommits first = new MeasuredCommits(store);
        MeasuredCommits early = new MeasuredCommits(store);
        for (int i = 0; hasFresh() && i <= EARLY; i++) {
            // the first one comes to a process that waits, not to one that starts
            pauseMillis(i == 0 ? 1_000 : 100);
            (i == 0 ? first : early).raise(key(i), true);
        }
        MeasuredCommits warm = new MeasuredCommits(store);
        for (int i = 0; i < Math.max(WARM_UP, APPLIED * count / instances); i++) {
            warm.raise(key(i), false);
            pauseMillis(instances / 10);
        }
        for (Process process : processes) {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }
        awaitReady(outputs);
        for (int i = 0; i < COMMITS; i++) {
            measured.commits.add(warm.raise(key(i), true));
            // long enough for all instances to be done with it
            pauseMillis(10 + instances / 4);
        }
        int before = measured.warm.size();
        for (int i = 0; i < processes.size(); i++) {
            processes.get(i).getOutputStream().close();
            List<MeasuredCommits.Arrival> arrivals = MeasuredCommits.arrivals(outputs.get(i));
            measured.first.addAll(first.latencies(arrivals));
            measured.early.addAll(early.latencies(arrivals));
            measured.warm.addAll(warm.latencies(arrivals));
            processes.get(i).waitFor();
        }
        int seen = measured.warm.size() - before;
        if (seen != COMMITS * instances) {
            System.out.println("  (" + kind + ": " + seen + " of " + COMMITS * instances
                    + " were seen one by one; the others came together with a later one)");
        }
    }

    private static void pauseMillis(int millis) {
        LockSupport.parkNanos(millis * 1_000_000L);
    }

    private void compare(String what, List<Long> bare, List<Long> flags) {
        print(what + ", bare XREAD", bare);
        print(what + ", flags", flags);
        System.out.printf(
                Locale.ROOT,
                "  flags to bare: p50 %.2f, p99 %.2f%n",
                (double) MeasuredCommits.at(flags, 50) / MeasuredCommits.at(bare, 50),
                (double) MeasuredCommits.at(flags, 99) / MeasuredCommits.at(bare, 99));
    }

    private void print(String what, List<Long> nanos) {
        System.out.printf(
                Locale.ROOT,
                "%4d instances, %-42s p50 %6.2f ms, p99 %6.2f ms, longest %6.2f ms%n",
                instances,
                what,
                MeasuredCommits.at(nanos, 50) / 1e6,
                MeasuredCommits.at(nanos, 99) / 1e6,
                MeasuredCommits.at(nanos, 100) / 1e6);
    }

    private static void awaitReady(List<BufferedReader> outputs) throws IOException {
        for (BufferedReader output : outputs) {
            if (!"ready".equals(output.readLine())) {
                throw new IllegalStateException("the followers ended");
            }
        }
    }

    private static String key(int commit) {
        return "flag-" + (3 + commit % (FLAGS - 3));
    }

    private static Process start(String kind, String url, int instances) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx3g",
                        "-Xmn2g",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Followers.class.getName(),
                        kind,
                        url,
                        String.valueOf(instances))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** One commit with many flags. */
    static void fill(RedisFlagStore store, int flags) {
        FlagFile file = FlagFile.parse("flags.json", FlagDocuments.json(flags), FlagFile.Format.JSON);
        MeasuredCommits.fill(store, file.flags());
    }
}
