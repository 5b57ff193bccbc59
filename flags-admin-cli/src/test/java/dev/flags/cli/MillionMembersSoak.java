package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.servers.PostgresServer;
import dev.flags.servers.RedisServer;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Imports a large file three times into each store, so that the third import removes the first, and says how long each took and what
 * memory. No part of the build: {@code docs/segments.md} has the command. The system property {@code flags.soak.lines} says how
 * many lines the file has.
 */
class MillionMembersSoak {
    private static final int LINES = Integer.getInteger("flags.soak.lines", 1_000_000);
    private static final Duration AT_MOST = Duration.ofMinutes(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    @TempDir
    Path directory;

    @BeforeEach
    void writeTheFile() throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(directory.resolve("members.txt"))) {
            for (int i = 0; i < LINES; i++) {
                out.write("customer-" + i + "@example.com\n");
            }
        }
    }

    @Test
    void intoRedis() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            imports(server.kind(), Cli.in(directory).with("FLAGS_STORE", server.url()));
        }
    }

    @Test
    void intoPostgresql() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            Cli cli = Cli.in(directory)
                    .with("FLAGS_STORE", server.jdbcUrl("postgres") + "?user=" + server.superuser())
                    .with("FLAGS_PASSWORD", server.superuserPassword());
            cli.done("db", "migrate");
            imports(server.kind(), cli);
        }
    }

    private void imports(String store, Cli cli) throws Exception {
        for (int i = 1; i <= 3; i++) {
            long start = System.nanoTime();
            long peak = 0;
            try (ImportProcess process = ImportProcess.start(cli, "beta", "members.txt")) {
                while (process.isAlive() && System.nanoTime() - start < AT_MOST.toNanos()) {
                    peak = Math.max(peak, process.peakMegabytes());
                    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                }
                assertThat(process.exitCode(1)).as(process.output()).isZero();
                assertThat(process.output()).contains("committed as revision " + i, "beta: " + LINES + " members");
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s, import %d: %,d lines in %.1f s, %d MB at most%n",
                    store,
                    i,
                    LINES,
                    (System.nanoTime() - start) / 1e9,
                    peak);
        }
        cli.done("segment", "check", "beta", "customer-0@example.com", "customer-" + LINES + "@example.com")
                .prints("yes     imported", "no      nothing");
    }
}
