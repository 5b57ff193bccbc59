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
 * warmed up by as many commits as their compiler needs to be done with: with 200 instances on two cores that is what was measured with a
 * hundred of them. They have a young generation that holds the garbage of what is measured, because a hundred instances in one JVM make a
 * hundred times that of one (about 26 kB a commit), and its collection would be measured.
 */
public final class FollowBenchmark {
    static final String ENVIRONMENT = "benchmark";
    static final String LOG = "flags:{" + ENVIRONMENT + "}:log";

    private static final int FLAGS = 100;
    /** Commits before those that are measured. */
    private static final int WARM_UP = 1_000;

    /** How often a process applies one before that, at least: only then is its just-in-time compiler done. */
    private static final int APPLIED = 6_000;

    private static final int COMMITS = 300;
    private static final int ROUNDS = 3;
    private static final int PROCESSES = 2;

    private FollowBenchmark() {}

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
                List<Long> bare = new ArrayList<>();
                List<Long> flags = new ArrayList<>();
                List<Long> commits = new ArrayList<>();
                for (int round = 1; round <= ROUNDS; round++) {
                    bare.addAll(measure("bare", server, store, count, commits));
                    flags.addAll(measure("flags", server, store, count, commits));
                }
                print("bare XREAD", count, bare);
                print("flags", count, flags);
                print("commit() itself", count, commits);
                System.out.printf(
                        Locale.ROOT,
                        "  flags to bare: p50 %.2f, p99 %.2f%n",
                        (double) MeasuredCommits.at(flags, 50) / MeasuredCommits.at(bare, 50),
                        (double) MeasuredCommits.at(flags, 99) / MeasuredCommits.at(bare, 99));
            }
        }
    }

    private static List<Long> measure(
            String kind, RedisServer server, RedisFlagStore store, int instances, List<Long> durations)
            throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> outputs = new ArrayList<>();
        int count = Math.min(PROCESSES, instances);
        for (int i = 0; i < count; i++) {
            Process process = start(kind, server.url(), instances * (i + 1) / count - instances * i / count);
            processes.add(process);
            outputs.add(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        }
        awaitReady(outputs);
        MeasuredCommits committed = new MeasuredCommits(store);
        for (int i = 0; i < Math.max(WARM_UP, APPLIED * count / instances); i++) {
            committed.raise(key(i), false);
            LockSupport.parkNanos((1 + instances / 10) * 1_000_000L);
        }
        for (Process process : processes) {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }
        awaitReady(outputs);
        for (int i = 0; i < COMMITS; i++) {
            durations.add(committed.raise(key(i), true));
            // long enough for all instances to be done with it
            LockSupport.parkNanos((10 + instances / 4) * 1_000_000L);
        }
        List<Long> latencies = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            processes.get(i).getOutputStream().close();
            committed.readArrivals(outputs.get(i), latencies);
            processes.get(i).waitFor();
        }
        if (latencies.size() != COMMITS * instances) {
            System.out.println("  (" + kind + ": " + latencies.size() + " of " + COMMITS * instances
                    + " were seen one by one; the others came together with a later one)");
        }
        return latencies;
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

    private static void print(String what, int instances, List<Long> nanos) {
        System.out.printf(
                Locale.ROOT,
                "%4d instances, %-16s p50 %6.2f ms, p99 %6.2f ms, longest %6.2f ms%n",
                instances,
                what,
                MeasuredCommits.at(nanos, 50) / 1e6,
                MeasuredCommits.at(nanos, 99) / 1e6,
                MeasuredCommits.at(nanos, 100) / 1e6);
    }

    /** One commit with many flags. */
    static void fill(RedisFlagStore store, int flags) {
        FlagFile file = FlagFile.parse("flags.json", FlagDocuments.json(flags), FlagFile.Format.JSON);
        MeasuredCommits.fill(store, file.flags());
    }
}
