package dev.flags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.metrics.FlagsMetrics;
import dev.flags.store.InMemoryFlagStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application without large segments does not pay for the cache of their members. */
class LazyCaffeineTest {
    private static final String MARK = "from here on there is a large segment";

    @Test
    void caffeineIsLoadedByTheFirstAnswerAboutALargeSegmentAndByNothingBefore(@TempDir Path directory)
            throws Exception {
        List<String> lines = run(directory);
        int mark = lines.indexOf(MARK);
        assertThat(mark).as(() -> String.join("\n", lines)).isPositive();
        // the log is one of loaded classes, and the application was at work
        assertThat(loaded(lines.subList(0, mark), "dev.flags.evaluation.CompiledSegment "))
                .isNotEmpty();
        assertThat(loaded(lines.subList(0, mark), "com.github.benmanes")).isEmpty();
        assertThat(loaded(lines.subList(mark, lines.size()), "com.github.benmanes"))
                .isNotEmpty();
    }

    private static List<String> loaded(List<String> lines, String name) {
        return lines.stream().filter(line -> line.contains(name)).toList();
    }

    private static List<String> run(Path directory) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:class+load:stdout",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(() -> String.join("\n", lines)).isZero();
        return lines;
    }

    /** Does what applications do, first without a large segment and then with one. */
    static final class Application {
        private Application() {}

        /** Argument: a directory for its snapshots. */
        public static void main(String[] args) throws InterruptedException {
            InMemoryFlagStore store = new InMemoryFlagStore("production");
            LargeSegments admin = LargeSegments.of(store);
            admin.applying("{'segments':[{'name':'small','keys':['ada']},{'name':'by-rule','rules':"
                    + "[[{'attribute':'plan','operator':'in','values':['pro']}]]}]}");
            admin.flagInSegment("small");
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            try (Flags flags = Flags.builder()
                    .layer(store)
                    .snapshotDirectory(Path.of(args[0]).resolve("snapshots"))
                    .build()) {
                FlagsMetrics.bind(flags, meters);
                require(flags.awaitReady(Duration.ofSeconds(30)));
                require(flags.isEnabled("small", "ada"));
                require(flags.isEnabled("not-small", "eve"));
                require(flags.prepare("ada"));
                flags.explain("small", EvaluationContext.of("ada"));
                flags.pin().isEnabled("small", "ada");
                flags.status();
                meters.getMeters().forEach(meter -> meter.measure().forEach(measure -> {}));
                admin.flagInSegment("by-rule");
                System.out.println(MARK);
                admin.flagInSegment("beta").importing("ada");
                while (!flags.isEnabled("beta", "ada")) {
                    flags.prepare("ada", Duration.ofSeconds(30));
                }
            }
        }

        private static void require(boolean so) {
            if (!so) {
                throw new IllegalStateException("not so");
            }
        }
    }
}
