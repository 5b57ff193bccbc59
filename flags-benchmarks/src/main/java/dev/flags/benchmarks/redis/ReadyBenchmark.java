package dev.flags.benchmarks.redis;

import com.sun.management.OperatingSystemMXBean;
import dev.flags.Flags;
import dev.flags.StartupPolicy;
import dev.flags.redis.RedisFlagStore;
import dev.flags.servers.RedisServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * From {@code build()} to ready with 10,000 flags of two rules each on Redis, each time in a fresh JVM. Starts a Redis of its own and ends
 * by itself. Given a URL, it is one such JVM.
 */
public final class ReadyBenchmark {
    private static final int FLAGS = 10_000;
    private static final int STARTS = 7;

    private ReadyBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1) {
            start(args[0]);
            return;
        }
        try (RedisServer server = RedisServer.binary();
                RedisFlagStore store = RedisFlagStore.open(server.url(), FollowBenchmark.ENVIRONMENT)) {
            long begun = System.nanoTime();
            FollowBenchmark.fill(store, FLAGS);
            System.out.println(FLAGS + " flags in one commit: " + (System.nanoTime() - begun) / 1_000_000 + " ms");
            List<Long> times = new ArrayList<>();
            List<Long> cpu = new ArrayList<>();
            for (int i = 0; i < STARTS; i++) {
                String[] start = process(server.url()).split(" ", 2);
                times.add(Long.valueOf(start[0]));
                cpu.add(Long.valueOf(start[1]));
            }
            Collections.sort(times);
            Collections.sort(cpu);
            System.out.println(
                    "build() to ready with " + FLAGS + " flags: median " + times.get(STARTS / 2) + " ms, best "
                            + times.get(0) + " ms, worst " + times.get(STARTS - 1) + " ms of " + STARTS
                            + " starts; CPU time of all threads, the compiler's included: median "
                            + cpu.get(STARTS / 2) + " ms");
        }
    }

    private static void start(String url) throws InterruptedException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long begun = System.nanoTime();
        try (Flags flags = Flags.builder()
                .startup(StartupPolicy.waitUpTo(Duration.ofSeconds(30)))
                .layer(RedisFlagStore.open(url, FollowBenchmark.ENVIRONMENT))
                .build()) {
            boolean ready = flags.awaitReady(Duration.ofSeconds(30));
            long ended = System.nanoTime();
            if (!ready || !flags.isEnabled("fully-on", "user-42")) {
                throw new IllegalStateException("not ready: " + flags.status());
            }
            System.out.println((ended - begun) / 1_000_000 + " " + (system.getProcessCpuTime() - cpu) / 1_000_000);
        }
    }

    private static String process(String url) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReadyBenchmark.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a start failed: " + output);
        }
        return output;
    }
}
