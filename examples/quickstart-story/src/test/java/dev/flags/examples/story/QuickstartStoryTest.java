package dev.flags.examples.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.servers.PostgresServer;
import dev.flags.servers.RedisServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flags quickstart} as a user runs it: one process for the command, another for the application. */
class QuickstartStoryTest {
    private static final long SECONDS_FOR_THE_STORY = 300;

    @Test
    void theApplicationServesWhatEachCommandAsksFor(@TempDir Path directory) throws IOException, InterruptedException {
        String told = run(directory, "quickstart", "--users", "1000");
        assertThat(told)
                .contains(
                        "$ flags create atomic-projects",
                        "$ flags kill atomic-projects --reason INC-431",
                        "1,000 of 1,000 users (100.0 %)",
                        "0 of 1,000 users (0.0 %)",
                        "Try next:");
        assertThat(run(directory, "audit", "verify", "--environment", "quickstart", "-o", "json"))
                .contains("\"entries\":7", "\"intact\":true");
        assertThat(run(directory, "get", "atomic-projects", "--environment", "quickstart", "-o", "json"))
                .contains("\"percentage\":50", "\"killed\":null");
    }

    @Test
    void aSecondStoryTakesPlaceBesideTheFirst(@TempDir Path directory) throws IOException, InterruptedException {
        run(directory, "create", "atomic-projects", "--environment", "quickstart");
        assertThat(run(directory, "quickstart", "--users", "100")).contains("environment quickstart-2");
        assertThat(run(directory, "history", "atomic-projects", "--environment", "quickstart", "-o", "json"))
                .contains("\"revision\":1,")
                .doesNotContain("\"revision\":2,");
    }

    @Test
    void theGuardedRolloutClimbsByEvidenceAndComesDownByItself(@TempDir Path directory)
            throws IOException, InterruptedException {
        String told = run(directory, "quickstart", "--guarded");
        assertThat(told)
                .containsSubsequence(
                        "$ flags rollout start atomic-projects",
                        "10%",
                        "50%",
                        "# A fault is planted",
                        "ROLLED_BACK",
                        "took the old path for everybody",
                        "$ flags rollout status atomic-projects",
                        "$ flags report atomic-projects")
                .doesNotContain("WRONG");
        assertThat(started(
                        directory,
                        Map.of(),
                        "rollout",
                        "status",
                        "atomic-projects",
                        "--environment",
                        "quickstart",
                        "-o",
                        "json"))
                .startsWith("7\n")
                .contains("\"state\":\"ROLLED_BACK\"");
    }

    @Test
    void theGuardedStoryAsksForAStoreWhoseClockCanBeTurned(@TempDir Path directory)
            throws IOException, InterruptedException {
        assertThat(started(directory, Map.of(), "quickstart", "--guarded", "--store", "redis://127.0.0.1:1"))
                .startsWith("2\n")
                .contains("--store jdbc:sqlite:PATH");
    }

    @Test
    void theStoryIsTheSameOnRedis(@TempDir Path directory) throws IOException, InterruptedException {
        try (RedisServer server = RedisServer.start("--requirepass", "hunter2")) {
            String told = run(
                    directory,
                    Map.of("FLAGS_PASSWORD", "hunter2"),
                    "quickstart",
                    "--users",
                    "500",
                    "--store",
                    server.url());
            assertThat(told)
                    .contains(
                            "environment quickstart of redis://",
                            "500 of 500 users (100.0 %)",
                            "7 entries, chain intact")
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void theStoryIsTheSameOnPostgresWhoseTablesItMakes(@TempDir Path directory)
            throws IOException, InterruptedException {
        try (PostgresServer server = PostgresServer.start()) {
            server.requirePasswords();
            server.createDatabase("shop");
            String url = "jdbc:postgresql://" + server.superuser() + "@127.0.0.1:" + server.port() + "/shop";
            String told = run(
                    directory,
                    Map.of("FLAGS_PASSWORD", server.superuserPassword()),
                    "quickstart",
                    "--users",
                    "500",
                    "--store",
                    url);
            assertThat(told)
                    .contains(
                            "Made the tables of a new store in jdbc:postgresql://",
                            "environment quickstart of jdbc:postgresql://",
                            "500 of 500 users (100.0 %)",
                            "7 entries, chain intact");
        }
    }

    @Test
    void anEnvironmentWithAHistoryIsNotTouchedUnlessAgreed(@TempDir Path directory)
            throws IOException, InterruptedException {
        run(directory, "create", "something", "--environment", "quickstart");
        assertThat(started(directory, Map.of(), "quickstart", "--environment", "quickstart"))
                .startsWith("2\n")
                .contains("has a history already", "--yes");
    }

    /** Runs the command line in a process of its own; fails unless it exits with 0. */
    private static String run(Path directory, String... arguments) throws IOException, InterruptedException {
        return run(directory, Map.of(), arguments);
    }

    private static String run(Path directory, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        String text = started(directory, variables, arguments);
        assertThat(text).startsWith("0\n");
        return text.substring(2);
    }

    /** The exit code on a line, then what was printed. */
    private static String started(Path directory, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.flags.cli.Main")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("FLAGS_"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        boolean ended = process.waitFor(SECONDS_FOR_THE_STORY, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(text).isTrue();
        return process.exitValue() + "\n" + text;
    }
}
