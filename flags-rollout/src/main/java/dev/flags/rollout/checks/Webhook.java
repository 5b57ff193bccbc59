package dev.flags.rollout.checks;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Posts a call to a URL: any status of 2xx is consent, anything else a refusal. Immutable.
 *
 * @param url asked for at each call, since those of chat services are secrets
 * @param secret what calls are signed with; empty: they are not signed
 * @param clock whose time the signature has
 */
record Webhook(
        String name,
        Http http,
        Secret url,
        Format format,
        Optional<Secret> secret,
        Optional<Http.Login> login,
        Duration timeout,
        Clock clock)
        implements Hook {
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 16 * 1024;

    /** What is posted. */
    enum Format {
        CLOUDEVENTS,
        SLACK
    }

    @Override
    public Checks.Answer call(Hooks.Call call) throws NotAnsweredException {
        URI to = WebAddress.parse(url.reveal())
                .orElseThrow(() -> new NotAnsweredException("hook " + name + " has no http or https URL"));
        String title = "hook " + name + " (" + Http.origin(to) + ")";
        boolean event = format == Format.CLOUDEVENTS;
        byte[] body = (event ? CloudEvent.json(call) : SlackText.json(call)).getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(to)
                .header("Content-Type", event ? CloudEvent.CONTENT_TYPE : "application/json; charset=utf-8")
                .POST(BodyPublishers.ofByteArray(body));
        if (secret.isPresent()) {
            long now = clock.instant().getEpochSecond();
            request.header(WebhookSignature.TIMESTAMP_HEADER, String.valueOf(now))
                    .header(
                            WebhookSignature.SIGNATURE_HEADER,
                            WebhookSignature.sign(secret.get().reveal(), now, body));
        }
        if (login.isPresent()) {
            login.get().addTo(request, title);
        }
        Http.Answered answered = http.send(title, request.build(), timeout, MOST_BYTES);
        if (answered.status() / 100 == 2) {
            return Checks.Answer.PASSED;
        }
        String said = Plain.line(answered.body(), 200);
        return new Checks.Answer(
                false,
                title + " answers " + Http.status(answered)
                        + (answered.isRedirect() ? ", a redirect, which is not followed" : "")
                        + (said.isEmpty() ? "" : ": " + said));
    }
}
