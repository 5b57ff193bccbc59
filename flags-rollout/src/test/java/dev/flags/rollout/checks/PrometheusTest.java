package dev.flags.rollout.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.flags.store.InMemoryFlagStore;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against answers of a real server, recorded: the README beside them says from which. */
class PrometheusTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    /** One recorded exchange. */
    private record Recorded(String query, int status, String contentType, String body) {
        static Recorded of(String name) throws IOException {
            try (var in = PrometheusTest.class.getResourceAsStream("/prometheus/" + name + ".http")) {
                String[] parts = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n\n", 2);
                Map<String, String> head = Arrays.stream(parts[0].split("\n"))
                        .map(line -> line.split(": ?", 2))
                        .collect(Collectors.toMap(field -> field[0], field -> field[1]));
                return new Recorded(
                        head.get("query"), Integer.parseInt(head.get("status")), head.get("content-type"), parts[1]);
            }
        }
    }

    private static Checks.Measurement measure(URI url, String promql, Duration timeout) {
        return ControllerConfiguration.builder()
                .prometheus("main", url)
                .promql("errors", "main", promql, timeout)
                .build()
                .checks(new InMemoryFlagStore("test"), Optional.empty())
                .measure("errors");
    }

    private static Checks.Measurement replayed(String name) throws IOException {
        Recorded recorded = Recorded.of(name);
        try (TestHttp server = new TestHttp(exchange -> {
            boolean asked = exchange.getRequestMethod().equals("POST")
                    && exchange.getRequestURI().toString().equals("/api/v1/query")
                    && form(exchange).equals(Map.of("query", recorded.query(), "timeout", TIMEOUT.toMillis() + "ms"));
            if (asked) {
                TestHttp.answer(exchange, recorded.status(), recorded.contentType(), recorded.body());
            } else {
                TestHttp.answer(exchange, 400, "text/plain", "the test expected another request");
            }
        })) {
            return measure(server.url("/"), recorded.query(), TIMEOUT);
        }
    }

    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return Arrays.stream(body.split("&"))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(
                        field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({"scalar, 42", "vector, 2", "element, 1", "fraction, 0.0025", "exponent, 1e30"})
    void aScalarOrTheOneElementOfAVectorIsTheValue(String recorded, double value) throws IOException {
        Checks.Measurement measurement = replayed(recorded);
        assertThat(measurement.problem()).isEmpty();
        assertThat(measurement.value()).hasValue(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "empty | has no data for the expression: the vector is empty",
                "several | gives 2 elements, such as {\"__name__\":\"up\",\"instance\":\"127.0.0.1:19090\",\"job\":\"one\"} and",
                "nan | gives NaN, as when it divides by zero",
                "infinite | gives +Inf",
                "negative-infinite | gives -Inf",
                "matrix | gives a matrix; the expression must give a scalar or a vector of one element",
                "string | gives a string; the expression must give a scalar",
                "syntax | refuses the query: bad_data: invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis",
                "no-query | refuses the query: bad_data: invalid parameter \"query\": 1:1: parse error: no expression",
                "no-function | refuses the query: bad_data: invalid parameter \"query\": 1:1: parse error: unknown function",
                "execution | refuses the query: execution: found duplicate series for the match group",
                "timeout | refuses the query: timeout: query timed out in",
                "warnings | warns that its answer may not be whole: remote_read: error sending request",
                "wrong-path | answers HTTP 404 (text/plain; charset=utf-8): 404 page not found",
                "unauthorised | answers HTTP 401 (text/plain; charset=utf-8): Unauthorized"
            })
    void anythingElseIsAProblemThatSaysWhat(String recorded, String problem) throws IOException {
        Checks.Measurement measurement = replayed(recorded);
        assertThat(measurement.value()).isEmpty();
        assertThat(measurement.problem())
                .startsWith("Prometheus main (http://127.0.0.1:")
                .contains(problem);
    }

    private static Checks.Measurement answered(int status, String contentType, String body) {
        try (TestHttp server = new TestHttp(exchange -> TestHttp.answer(exchange, status, contentType, body))) {
            return measure(server.url("/prefix"), "up", TIMEOUT);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "502 | text/html | <h1>Bad Gateway</h1> | answers HTTP 502 (text/html): <h1>Bad Gateway</h1>",
                "200 | text/html | <h1>Log in</h1> | answers something that is not its JSON: it is not valid JSON",
                "200 | application/json | {\"status\":\"success\"} | gives no result",
                "200 | application/json | [] | answers HTTP 200 (application/json): []",
                "200 | application/json | {\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"histogram\":[1,{}]}]}} | gives an element that has no plain value, such as a histogram",
                "200 | application/json | {\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"many\"]}} | gives 'many', which is not a number",
                "500 | text/plain | ~~ | answers HTTP 500 (text/plain)"
            })
    void whatIsNoAnswerOfPrometheusIsAProblem(int status, String contentType, String body, String problem) {
        Checks.Measurement measurement = answered(status, contentType, body);
        assertThat(measurement.value()).isEmpty();
        assertThat(measurement.problem()).contains(problem);
    }

    @Test
    void aLongAnswerIsNotReadToItsEnd() {
        Checks.Measurement measurement = answered(200, "application/json", "[" + " ".repeat(3_000_000) + "]");
        assertThat(measurement.problem()).contains("not its JSON");
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        AtomicInteger elsewhere = new AtomicInteger();
        try (TestHttp other = new TestHttp(exchange -> {
                    elsewhere.incrementAndGet();
                    TestHttp.answer(exchange, 200, "", "");
                });
                TestHttp server = new TestHttp(exchange -> {
                    exchange.getResponseHeaders().set("Location", other.url("/").toString());
                    TestHttp.answer(exchange, 302, "", "");
                })) {
            assertThat(measure(server.url("/"), "up", TIMEOUT).problem())
                    .contains("answers HTTP 302, a redirect, which is not followed");
        }
        assertThat(elsewhere).hasValue(0);
    }

    @Test
    void aServerThatNeverAnswersEndsInAProblem() {
        CountDownLatch over = new CountDownLatch(1);
        try (TestHttp server = new TestHttp(exchange -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        })) {
            assertThat(measure(server.url("/"), "up", Duration.ofMillis(100)).problem())
                    .contains("did not answer within 1100 ms");
        } finally {
            over.countDown();
        }
    }

    @Test
    void aServerThatIsNotThereIsAProblem() {
        assertThat(measure(URI.create("http://127.0.0.1:1/"), "up", TIMEOUT).problem())
                .contains("cannot be reached");
    }

    @Test
    void aTokenOrAPasswordGoesAlongAndShowsInNoProblem() throws IOException {
        try (TestHttp server = new TestHttp(exchange -> TestHttp.answer(
                exchange, 403, "text/plain", exchange.getRequestHeaders().getFirst("Authorization")))) {
            String text = """
                    prometheus:
                      token: {url: "%1$s", bearerTokenEnv: TOKEN}
                      basic: {url: "%1$s", user: flags, passwordEnv: TOKEN}
                      bad: {url: "%1$s", bearerTokenEnv: BAD}
                    measurements:
                      token: {prometheus: token, promql: up}
                      basic: {prometheus: basic, promql: up}
                      bad: {prometheus: bad, promql: up}
                    """.formatted(server.url("/"));
            Map<String, String> variables = Map.of("TOKEN", "sesame", "BAD", "ses\name");
            Checks checks = new ConfigurationReader(
                            Files.writeString(directory.resolve("controller.yaml"), text), variables::get)
                    .read()
                    .checks(new InMemoryFlagStore("test"), Optional.empty());
            assertThat(checks.measure("token").problem()).endsWith("Bearer sesame"); // the test's own server says it
            assertThat(checks.measure("basic").problem()).endsWith("Basic ZmxhZ3M6c2VzYW1l");
            assertThat(checks.measure("bad").problem())
                    .contains("its token has characters that no header can hold")
                    .doesNotContain("ses");
        }
    }
}
