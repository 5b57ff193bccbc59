package dev.flags.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the usual verbs once on a store of its own, so that the JVM can keep the classes that they take in a class-data archive.
 * The launchers start it; it prints nothing.
 */
public final class StartupTraining {
    private static final String[][] RUNS = {
        {"create", "training", "--percent", "10", "--tag", "a"},
        {"set", "training", "50%", "--reason", "training"},
        {"list"},
        {"list", "-o", "json"},
        {"get", "training"},
        {"get", "training", "-o", "json"},
        {"kill", "training", "--reason", "training"},
        {"unkill", "training", "-o", "json"},
        {"disable", "training"},
        {"enable", "training", "--dry-run"},
        {"target", "training", "--on", "ada"},
        {"eval", "training", "--user", "ada", "-c", "plan=\"pro\"", "--explain"},
        {"eval", "training", "--user", "ada", "-o", "json"},
        {"rollout", "start", "training", "--manual"},
        {"rollout", "promote", "training"},
        {"rollout", "status", "training"},
        {"rollout", "pause", "training"},
        {"rollout", "resume", "training"},
        {"rollout", "abort", "training"},
        {"rollout", "start", "training"},
        {"rollout", "status", "training", "-o", "json"},
        {"rollout", "abort", "training"},
        {"rollout", "plan", "training"},
        {"report", "training"},
        {"scheduled", "list"},
        {"history"},
        {"history", "training", "-o", "json"},
        {"diff", "training", "1"},
        {"undo", "training"},
        {"export"},
        {"audit", "verify"},
        {"bucket", "training", "ada"},
        {"get", "no-such-flag"},
        {"no-such-verb"},
        {"--help"},
        {"version"},
        // nobody listens there, and yet most classes of a kind of store are needed to find that out
        {"list", "--store", "redis://127.0.0.1:1"},
        {"list", "--store", "jdbc:postgresql://training@127.0.0.1:1/training"},
        {"list", "--store", "jdbc:mariadb://training@127.0.0.1:1/training"},
    };

    private StartupTraining() {}

    /** Takes no arguments. Ends with exit code 0 when every verb could be run, whatever it answered. */
    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("flags-training");
        try {
            for (String[] run : RUNS) {
                OutputStream nowhere = OutputStream.nullOutputStream();
                Shell shell = new Shell(
                        new ByteArrayInputStream(new byte[0]),
                        nowhere,
                        nowhere,
                        Map.of("HOME", directory.toString(), "HOSTNAME", "training"),
                        directory,
                        false,
                        StandardCharsets.UTF_8,
                        Clock.systemUTC());
                Main.run(shell, run);
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
