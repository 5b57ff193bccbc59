package dev.flags.rollout.checks;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * An HTTP endpoint that says whether something is well. Immutable.
 *
 * @param expect the statuses that are well; empty: all 2xx
 */
record Endpoint(String name, URI url, Optional<Http.Login> login, Set<Integer> expect, Duration timeout) {
    static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST_BYTES = 16 * 1024;

    Endpoint {
        expect = Set.copyOf(expect);
    }

    Checks.Answer check(Http http) throws NotAnsweredException {
        String title = "endpoint " + name + " (" + place() + ")";
        HttpRequest.Builder request = HttpRequest.newBuilder(url).GET();
        if (login.isPresent()) {
            login.get().addTo(request, title);
        }
        Http.Answered answered = http.send(title, request.build(), timeout, MOST_BYTES);
        boolean well = expect.isEmpty() ? answered.status() / 100 == 2 : expect.contains(answered.status());
        if (well) {
            return Checks.Answer.PASSED;
        }
        String said = Plain.line(answered.body(), 100);
        return new Checks.Answer(
                false,
                title + " answers " + Http.status(answered)
                        + (answered.isRedirect() ? ", a redirect, which is not followed" : "")
                        + (said.isEmpty() ? "" : ": " + said));
    }

    private String place() {
        return Http.origin(url) + (url.getRawPath() == null ? "" : url.getRawPath());
    }
}
