package dev.flags.rollout.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.rollout.Precondition.Healthy;
import dev.flags.store.InMemoryFlagStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {
    @TempDir
    Path directory;

    private Checks.Answer check(URI url, String more) throws IOException {
        Path file = Files.writeString(
                directory.resolve("controller.yaml"),
                "endpoints: {billing: {timeout: 2m, url: '" + url + "'" + more + "}}");
        return new ConfigurationReader(file, Map.of("TOKEN", "sesame")::get)
                .read()
                .checks(new InMemoryFlagStore("test"), Optional.empty())
                .check(new Healthy("billing"));
    }

    @ParameterizedTest
    @CsvSource({
        "200, '', true",
        "204, '', true",
        "302, '', false",
        "503, '', false",
        "200, ', expect: [204]', false",
        "503, ', expect: [200, 503]', true"
    })
    void itIsWellWhenItAnswersAsExpected(int status, String more, boolean well) throws IOException {
        try (TestHttp server = new TestHttp(
                exchange -> TestHttp.answer(exchange, status, "text/plain", status == 204 ? "" : "said"))) {
            Checks.Answer answer = check(server.url("/health?deep=sesame"), more);
            assertThat(answer.passed()).isEqualTo(well);
            if (!well) {
                assertThat(answer.why())
                        .startsWith("endpoint billing (http://127.0.0.1:")
                        .contains("/health) answers HTTP " + status + " (text/plain)")
                        .endsWith(": said")
                        .doesNotContain("sesame");
            }
        }
    }

    @Test
    void aTokenGoesAlong() throws IOException {
        try (TestHttp server = new TestHttp(exchange -> TestHttp.answer(
                exchange,
                "Bearer sesame".equals(exchange.getRequestHeaders().getFirst("Authorization")) ? 200 : 401,
                "",
                ""))) {
            assertThat(check(server.url("/"), "").passed()).isFalse();
            assertThat(check(server.url("/"), ", bearerTokenEnv: TOKEN").passed())
                    .isTrue();
        }
    }

    @Test
    void anUnknownHostIsAnAnswer() throws IOException {
        assertThat(check(URI.create("http://no-such-host.invalid/"), "").why())
                .contains("endpoint billing (http://no-such-host.invalid/) cannot be reached: unknown host");
    }
}
