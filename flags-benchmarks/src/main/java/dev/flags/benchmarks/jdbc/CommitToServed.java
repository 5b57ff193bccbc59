package dev.flags.benchmarks.jdbc;

import dev.flags.benchmarks.MeasuredCommits;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.servers.MariaDbServer;
import dev.flags.servers.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * From a commit on a relational database to its being served by instances in another process on this machine: on PostgreSQL, which notifies,
 * and on MariaDB, which is polled. Starts servers of its own, which do not wait for the disk, and ends by itself. Argument: how many
 * instances on PostgreSQL; 1 and 50 when there is none.
 *
 * <p>Time begins when the edit has been worked out: what is in it then is the audit entry, the transaction, and the following.
 */
public final class CommitToServed {
    static final String ENVIRONMENT = "benchmark";

    private static final int FLAGS = 100;
    private static final int WARM_UP = 100;
    private static final long POLL_MILLIS = 500;

    private CommitToServed() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.println(Runtime.getRuntime().availableProcessors() + " cores");
        List<Integer> counts = args.length == 0 ? List.of(1, 50) : List.of(Integer.valueOf(args[0]));
        try (PostgresServer server = PostgresServer.start()) {
            server.createDatabase("benchmark");
            Login login = new Login(server.jdbcUrl("benchmark"), server.superuser(), server.superuserPassword());
            for (int count : counts) {
                // polls so rarely that whatever is seen was notified
                measure("PostgreSQL " + server.version() + ", notified", login, 60_000, count, 300, 10 + count / 2);
            }
            measure("PostgreSQL " + server.version() + ", poll of 1 s", login, 1_000, 1, 300, 10);
        }
        try (MariaDbServer server = MariaDbServer.start()) {
            server.createDatabase("benchmark");
            Login login = new Login(server.jdbcUrl("benchmark"), server.user(), server.password());
            measure("MariaDB " + server.version() + ", polled", login, POLL_MILLIS, 1, 100, 2 * POLL_MILLIS);
        }
    }

    private record Login(String url, String user, String password) {}

    private static void measure(
            String what, Login login, long pollMillis, int instances, int commits, long longestPauseMillis)
            throws IOException, InterruptedException {
        JdbcFlagStore.migrate(login.url(), Optional.of(login.user()), Optional.of(login::password));
        Random random = new Random(42);
        try (JdbcFlagStore store = JdbcFlagStore.builder(login.url(), ENVIRONMENT)
                .user(login.user())
                .password(login::password)
                .open()) {
            fill(store);
            Process process = start(login, pollMillis, instances);
            try (BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                if (!"ready".equals(output.readLine())) {
                    throw new IllegalStateException("the instances did not start");
                }
                MeasuredCommits committed = new MeasuredCommits(store);
                List<Long> durations = new ArrayList<>();
                int warmUp = pollMillis == POLL_MILLIS ? 5 : WARM_UP;
                for (int i = 0; i < warmUp + commits; i++) {
                    boolean measured = i >= warmUp;
                    long took = committed.raise("flag-" + i % FLAGS, measured);
                    if (measured) {
                        durations.add(took);
                    }
                    // long enough for all to be done with it, and at no fixed distance from their polls
                    LockSupport.parkNanos((longestPauseMillis / 2 + random.nextLong(longestPauseMillis)) * 1_000_000L);
                }
                LockSupport.parkNanos(2 * POLL_MILLIS * 1_000_000L);
                process.getOutputStream().close();
                List<Long> latencies = committed.latencies(MeasuredCommits.arrivals(output));
                print(what + ", every " + pollMillis + " ms, " + instances + " instances", latencies);
                print("  commit() itself", durations);
                if (latencies.size() != commits * instances) {
                    System.out.println("  (" + latencies.size() + " of " + commits * instances
                            + " were served one by one; the others came together with a later one)");
                }
            } finally {
                process.destroy();
            }
        }
    }

    private static Process start(Login login, long pollMillis, int instances) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Instances.class.getName(),
                        login.url(),
                        login.user(),
                        login.password(),
                        String.valueOf(pollMillis),
                        String.valueOf(instances))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void print(String what, List<Long> nanos) {
        System.out.printf(
                Locale.ROOT,
                "%-62s p50 %7.2f ms, p99 %7.2f ms, longest %7.2f ms%n",
                what,
                MeasuredCommits.at(nanos, 50) / 1e6,
                MeasuredCommits.at(nanos, 99) / 1e6,
                MeasuredCommits.at(nanos, 100) / 1e6);
    }

    private static void fill(JdbcFlagStore store) {
        List<FlagDefinition> flags = new ArrayList<>();
        for (int i = 0; i < FLAGS; i++) {
            flags.add(FlagDefinition.builder("flag-" + i)
                    .percentage(Percentage.of(i))
                    .build());
        }
        MeasuredCommits.fill(store, flags);
    }
}
