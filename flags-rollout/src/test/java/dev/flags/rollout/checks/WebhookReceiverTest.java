package dev.flags.rollout.checks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver that has nothing of flags, as the guide shows it. */
class WebhookReceiverTest {
    @TempDir
    Path directory;

    // region verification
    /** The body when the call is genuine, else an answer of 401. */
    static byte[] genuine(HttpExchange exchange, String secret) throws IOException, GeneralSecurityException {
        byte[] body = exchange.getRequestBody().readAllBytes(); // as received, before anything parses it
        String timestamp = String.valueOf(exchange.getRequestHeaders().getFirst("Flags-Timestamp"));
        String signature = String.valueOf(exchange.getRequestHeaders().getFirst("Flags-Signature"));

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        mac.update((timestamp + ".").getBytes(UTF_8));
        String expected = "v1=" + HexFormat.of().formatHex(mac.doFinal(body));

        boolean same = MessageDigest.isEqual(expected.getBytes(UTF_8), signature.getBytes(UTF_8));
        if (same && Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) <= 300) {
            return body;
        }
        throw new GeneralSecurityException("the call is forged or old: answer 401");
    }
    // endregion

    @Test
    void aReceiverTellsAGenuineCallFromAForgedOne() throws IOException {
        try (TestHttp server = new TestHttp(exchange -> {
            int status;
            try {
                status = genuine(exchange, "sesame").length > 0 ? 204 : 400;
            } catch (GeneralSecurityException e) {
                status = 401;
            }
            TestHttp.answer(exchange, status, "", "");
        })) {
            Path file = Files.writeString(directory.resolve("controller.yaml"), """
                    hooks:
                      genuine: {webhook: {timeout: 2m, url: "%1$s", secretEnv: SECRET}}
                      forged: {webhook: {timeout: 2m, url: "%1$s", secretEnv: OTHER}}
                      unsigned: {webhook: {timeout: 2m, url: "%1$s"}}
                    """.formatted(server.url("/")));
            Hooks hooks = new ConfigurationReader(file, Map.of("SECRET", "sesame", "OTHER", "guess")::get)
                    .read()
                    .hooks();
            assertThat(hooks.call("genuine", Calls.RAISE)).isEqualTo(Checks.Answer.PASSED);
            assertThat(hooks.call("forged", Calls.RAISE).why()).contains("answers HTTP 401");
            assertThat(hooks.call("unsigned", Calls.RAISE).why()).contains("answers HTTP 401");
        }
    }
}
