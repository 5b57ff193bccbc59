package dev.flags.rollout.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.flags.json.Json;
import dev.flags.rollout.HookUse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class WebhookTest {
    @TempDir
    Path directory;

    private final List<Received> received = new CopyOnWriteArrayList<>();

    private record Received(String method, String path, Headers headers, String text) {
        byte[] body() {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        Map<?, ?> json() {
            return (Map<?, ?>) Json.parse(text());
        }
    }

    private TestHttp server(int status, String answer) {
        return new TestHttp(exchange -> {
            note(exchange);
            TestHttp.answer(exchange, status, answer.isEmpty() ? "" : "text/plain", answer);
        });
    }

    private void note(HttpExchange exchange) throws IOException {
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    }

    private Checks.Answer call(URI url, String more, Hooks.Call call) {
        try {
            Path file = Files.writeString(
                    directory.resolve("controller.yaml"),
                    "hooks: {channel: {webhook: {urlEnv: URL" + (more.contains("timeout") ? "" : ", timeout: 2m") + more
                            + "}}}");
            return new ConfigurationReader(file, Map.of("URL", url.toString(), "SECRET", "sesame")::get)
                    .read()
                    .hooks()
                    .call("channel", call);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aCallIsACloudEvent() {
        try (TestHttp server = server(204, "")) {
            assertThat(call(server.url("/events?x=1"), "", Calls.RAISE)).isEqualTo(Checks.Answer.PASSED);
        }
        Received post = received.get(0);
        assertThat(post.method()).isEqualTo("POST");
        assertThat(post.path()).isEqualTo("/events?x=1");
        assertThat(post.headers().getFirst("Content-Type")).isEqualTo("application/cloudevents+json; charset=utf-8");
        assertThat(post.headers()).doesNotContainKey(WebhookSignature.SIGNATURE_HEADER);
        assertThat(post.text())
                .isEqualTo("{\"specversion\":\"1.0\",\"id\":\"run-7/before-raise/2\",\"source\":\"/flags/production\","
                        + "\"type\":\"dev.flags.rollout.before-raise\",\"subject\":\"atomic-projects\","
                        + "\"time\":\"2026-11-21T10:15:30.123Z\",\"datacontenttype\":\"application/json\","
                        + "\"data\":{\"environment\":\"production\",\"flag\":\"atomic-projects\",\"run\":\"run-7\","
                        + "\"actor\":\"controller\",\"from\":10,\"to\":50,\"why\":\"errors 0.4 % < 1 %\"}}");
    }

    @Test
    void aCallIsSignedWithItsTimeAndVerifiesWithinTheWindow() {
        try (TestHttp server = server(200, "")) {
            call(server.url("/"), ", secretEnv: SECRET", Calls.RAISE);
        }
        Received post = received.get(0);
        String timestamp = post.headers().getFirst("Flags-Timestamp");
        String signature = post.headers().getFirst("Flags-Signature");
        Instant sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
        assertThat(WebhookSignature.verifies("sesame", timestamp, signature, post.body(), sent))
                .isTrue();
        assertThat(WebhookSignature.verifies("sesame", timestamp, signature, post.body(), Instant.now()))
                .isTrue();
        Instant late = sent.plus(WebhookSignature.REPLAY_WINDOW).plusSeconds(1);
        assertThat(WebhookSignature.verifies("sesame", timestamp, signature, post.body(), late))
                .isFalse();
        Instant early = sent.minus(WebhookSignature.REPLAY_WINDOW).minusSeconds(1);
        assertThat(WebhookSignature.verifies("sesame", timestamp, signature, post.body(), early))
                .isFalse();
        assertThat(WebhookSignature.verifies("other", timestamp, signature, post.body(), sent))
                .isFalse();
        String later = String.valueOf(sent.getEpochSecond() + 1);
        assertThat(WebhookSignature.verifies("sesame", later, signature, post.body(), sent))
                .isFalse();
        byte[] altered = post.text().replace("50", "99").getBytes(StandardCharsets.UTF_8);
        assertThat(WebhookSignature.verifies("sesame", timestamp, signature, altered, sent))
                .isFalse();
        for (String nonsense : List.of("", "now", "9223372036854775807", "-9223372036854775808")) {
            assertThat(WebhookSignature.verifies("sesame", nonsense, signature, post.body(), sent))
                    .isFalse();
        }
    }

    /** Worked out with {@code printf '1700000000.{}' | openssl dgst -sha256 -hmac sesame}. */
    @Test
    void theSignatureIsWhatOthersCompute() {
        assertThat(WebhookSignature.sign("sesame", 1_700_000_000, "{}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1=d3abd3f5600670832b9e0ff7116224a4ba4b043d1ef3a02836e89810336ec0cc");
    }

    @Test
    void aChatGetsTextInWhichNobodysWordsAreMarkupOrMentions() {
        String why = "<!channel> & <@U123>: @here *bold*\n\u202ebye <http://evil|ok>";
        try (TestHttp server = server(200, "ok")) {
            assertThat(call(server.url("/"), ", format: slack", Calls.of(HookUse.Event.ROLLED_BACK, why)))
                    .isEqualTo(Checks.Answer.PASSED);
        }
        Map<?, ?> message = received.get(0).json();
        assertThat(message.get("text"))
                .isEqualTo("Rollout of atomic-projects in production was rolled back: 10% → 50%, by controller."
                        + " &lt;!channel&gt; &amp; &lt;@\u200bU123&gt;: @\u200bhere *bold* bye &lt;http://evil|ok&gt;");
        assertThat(message.get("mrkdwn")).isEqualTo(false);
        assertThat(message.get("link_names")).isEqualTo(false);
        assertThat(received.get(0).headers().getFirst("Content-Type")).startsWith("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "START, 'Rollout of atomic-projects in production starts: 10% → 50%, by controller. because'",
        "BEFORE_RAISE, 'Rollout of atomic-projects in production is about to go 10% → 50%, by controller. because'",
        "COMPLETED, 'Rollout of atomic-projects in production is completed at 50%, by controller. because'"
    })
    void eachEventReadsAsASentence(HookUse.Event event, String text) {
        assertThat(SlackText.json(Calls.of(event, "because"))).contains(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 409, 500, 503})
    void anythingButSuccessIsARefusalWithWhatWasSaid(int status) {
        try (TestHttp server = server(status, "change freeze\nuntil Monday")) {
            Checks.Answer answer = call(server.url("/T0/B0/hunter2"), "", Calls.RAISE);
            assertThat(answer.passed()).isFalse();
            assertThat(answer.why())
                    .startsWith("hook channel (http://127.0.0.1:")
                    .endsWith("answers HTTP " + status + " (text/plain): change freeze until Monday")
                    .doesNotContain("hunter2");
        }
        assertThat(received).hasSize(1);
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (TestHttp other = server(200, "");
                TestHttp server = new TestHttp(exchange -> {
                    exchange.getResponseHeaders().set("Location", other.url("/").toString());
                    TestHttp.answer(exchange, 307, "", "");
                })) {
            assertThat(call(server.url("/"), "", Calls.RAISE).why()).contains("a redirect, which is not followed");
        }
        assertThat(received).isEmpty();
    }

    @Test
    void aWebhookThatNeverAnswersEndsInAnAnswer() {
        CountDownLatch over = new CountDownLatch(1);
        try (TestHttp server = new TestHttp(exchange -> waitFor(over))) {
            assertThat(call(server.url("/"), ", timeout: 1s", Calls.RAISE).why())
                    .contains("hook channel")
                    .contains("did not answer within 1 s");
        } finally {
            over.countDown();
        }
    }

    @Test
    void aWebhookThatTricklesEndsInAnAnswer() {
        CountDownLatch over = new CountDownLatch(1);
        try (TestHttp server = new TestHttp(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (over.getCount() > 0) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                waitFor(over, Duration.ofMillis(50));
            }
        })) {
            assertThat(call(server.url("/"), ", timeout: 1s", Calls.RAISE).why())
                    .contains("did not answer within 1 s");
        } finally {
            over.countDown();
        }
    }

    @Test
    void aServerThatIsNotThereEndsInAnAnswer() {
        assertThat(call(URI.create("http://127.0.0.1:1/secret"), "", Calls.RAISE)
                        .why())
                .contains("hook channel (http://127.0.0.1:")
                .contains("cannot be reached")
                .doesNotContain("secret");
    }

    @Test
    void aHookThatIsNotThereOrThrowsIsAnAnswer() {
        Hooks hooks = ControllerConfiguration.builder()
                .hook("throws", call -> {
                    throw new java.io.FileNotFoundException("no such thing");
                })
                .hook("error", call -> {
                    throw new NoClassDefFoundError("half a driver");
                })
                .build()
                .hooks();
        assertThat(hooks.call("absent", Calls.RAISE).why())
                .isEqualTo("the controller's configuration has no hook 'absent'; it has error, throws");
        assertThat(hooks.call("throws", Calls.RAISE))
                .isEqualTo(
                        new Checks.Answer(false, "hook throws failed: java.io.FileNotFoundException: no such thing"));
        assertThat(hooks.call("error", Calls.RAISE).why()).contains("half a driver");
    }

    private static void waitFor(CountDownLatch over) {
        waitFor(over, Duration.ofMinutes(5));
    }

    private static void waitFor(CountDownLatch over, Duration atMost) {
        try {
            over.await(atMost.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
