package dev.flags.examples.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flags quickstart} as a user runs it: one process for the command, another for the application. */
class QuickstartStoryTest {
    private static final long SECONDS_FOR_THE_STORY = 120;

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

    /** Runs the command line in a process of its own; fails unless it exits with 0. */
    private static String run(Path directory, String... arguments) throws IOException, InterruptedException {
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
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("FLAGS_"));
        Process process = builder.start();
        boolean ended = process.waitFor(SECONDS_FOR_THE_STORY, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
