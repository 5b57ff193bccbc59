package dev.flags.rollout.checks;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A Prometheus server, or one that speaks its <a href="https://prometheus.io/docs/prometheus/latest/querying/api/">HTTP API</a>.
 * Immutable.
 *
 * @param url what comes before {@code /api/v1}
 */
record Prometheus(String name, URI url, Optional<Http.Login> login) {
    static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST_BYTES = 1024 * 1024;

    /**
     * Evaluates an expression as of now.
     *
     * @return the value of a scalar, or of the one element of a vector
     * @throws NotAnsweredException when there is none
     */
    double evaluate(Http http, String promql, Duration timeout) throws NotAnsweredException {
        String title = "Prometheus " + name + " (" + Http.origin(url) + ")";
        // by POST, since an expression may be longer than a URL; its own time-out frees the server too
        String form = "query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8) + "&timeout="
                + String.format(Locale.ROOT, "%dms", timeout.toMillis());
        HttpRequest.Builder request = HttpRequest.newBuilder(api())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(form));
        if (login.isPresent()) {
            login.get().addTo(request, title);
        }
        return PrometheusAnswer.value(title, http.send(title, request.build(), timeout.plusSeconds(1), MOST_BYTES));
    }

    private URI api() {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "api/v1/query");
    }
}
