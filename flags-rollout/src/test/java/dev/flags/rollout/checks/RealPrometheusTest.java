package dev.flags.rollout.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flags.store.InMemoryFlagStore;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that runs: {@code FLAGS_TEST_PROMETHEUS} is its URL, or its program, which is started here. */
@EnabledIfEnvironmentVariable(named = "FLAGS_TEST_PROMETHEUS", matches = ".+")
class RealPrometheusTest {
    @TempDir
    Path directory;

    private Process process;
    private URI url;

    @BeforeEach
    void start() throws Exception {
        String where = System.getenv("FLAGS_TEST_PROMETHEUS");
        if (where.startsWith("http")) {
            url = URI.create(where);
            return;
        }
        do {
            start(where);
        } while (!answers());
    }

    /** Not when somebody else has taken its port meanwhile: it ends then. */
    private boolean answers() {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !process.isAlive() || measure("1").value().isPresent());
        return process.isAlive();
    }

    private void start(String program) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(
                directory.resolve("prometheus.yml"),
                "global: {scrape_interval: 1s}\nscrape_configs:\n  - {job_name: self, static_configs: [{targets: ['127.0.0.1:"
                        + port + "']}]}\n");
        process = new ProcessBuilder(
                        program,
                        "--config.file=" + directory.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        // also when this JVM is ended in the middle
        Process started = process;
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        url = URI.create("http://127.0.0.1:" + port);
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            // it writes into the directory that is removed next
            assertThat(process.destroyForcibly().waitFor(120, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Checks.Measurement measure(String promql) {
        return ControllerConfiguration.builder()
                .prometheus("main", url)
                .promql("m", "main", promql, Duration.ofMinutes(1))
                .build()
                .checks(new InMemoryFlagStore("test"), Optional.empty())
                .measure("m");
    }

    @Test
    void itMeasuresAndSaysWhatIsWrong() {
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() ->
                        assertThat(measure("count(up == 1) > bool 0").value()).hasValue(1));
        assertThat(measure("6 * 7").value()).hasValue(42);
        for (List<String> wrong : List.of(
                List.of("sum(", "bad_data"),
                List.of("no_such_metric_of_flags", "the vector is empty"),
                List.of("{__name__=~\"up|scrape_samples_scraped\"}", "gives 2 elements"),
                List.of("0 / 0", "NaN"),
                List.of("up[1m]", "gives a matrix"),
                List.of("label_replace(up, \"x\", \"$1\", \"job\", \"(\")", "refuses the query: execution"))) {
            Checks.Measurement measurement = measure(wrong.get(0));
            assertThat(measurement.value()).isEmpty();
            assertThat(measurement.problem()).contains(wrong.get(1));
        }
    }
}
