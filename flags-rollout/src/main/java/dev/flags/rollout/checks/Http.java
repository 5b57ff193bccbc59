package dev.flags.rollout.checks;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP calls that end: the time-out is for the whole answer, so that one that trickles is cut off too, and of a long answer only the
 * beginning is read. Redirects are not followed: where the controller connects is what its configuration says. Safe for use by
 * multiple threads.
 */
final class Http {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    private final HttpClient client;

    Http(HttpClient client) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("the HTTP client of a controller must not follow redirects");
        }
        this.client = client;
    }

    /** With the platform's trust store and proxies. */
    static HttpClient ordinaryClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // no upgrade, which some servers take for a mistake
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_WITHIN)
                .build();
    }

    /**
     * An answer.
     *
     * @param body its beginning
     */
    record Answered(int status, Optional<String> contentType, Optional<String> redirectsTo, String body) {
        boolean isRedirect() {
            return status >= 300 && status < 400 && redirectsTo.isPresent();
        }
    }

    /**
     * Sends a request and reads the answer.
     *
     * @param title what is called, for messages
     * @param mostBytes of the body
     */
    Answered send(String title, HttpRequest request, Duration timeout, int mostBytes) throws NotAnsweredException {
        CompletableFuture<HttpResponse<String>> exchange =
                client.sendAsync(request, response -> new Beginning(mostBytes));
        try {
            HttpResponse<String> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answered(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type"),
                    response.headers().firstValue("Location"),
                    response.body());
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw new NotAnsweredException(title + " did not answer within " + Durations.text(timeout), e);
        } catch (ExecutionException e) {
            throw new NotAnsweredException(title + " cannot be reached: " + reason(e), e);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new NotAnsweredException(title + " was not waited for: interrupted", e);
        }
    }

    private static String reason(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof UnresolvedAddressException) {
                return "unknown host";
            }
        }
        if (cause instanceof ConnectException) {
            return cause.getMessage() == null ? "the connection was refused" : Plain.line(cause.getMessage());
        }
        return Plain.line(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    /** Scheme, host and port: the rest of a URL may be a secret. */
    static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    /** {@code HTTP 503 (text/html)}. */
    static String status(Answered answered) {
        return "HTTP " + answered.status()
                + answered.contentType()
                        .map(type -> " (" + Plain.line(type, 60) + ")")
                        .orElse("");
    }

    /**
     * Who calls.
     *
     * @param user for basic authentication; empty: the secret is a bearer token
     */
    record Login(Optional<String> user, Secret secret) {
        void addTo(HttpRequest.Builder request, String title) throws NotAnsweredException {
            String revealed = secret.reveal();
            String value = user.map(name -> "Basic "
                            + Base64.getEncoder()
                                    .encodeToString((name + ":" + revealed).getBytes(StandardCharsets.UTF_8)))
                    .orElse("Bearer " + revealed);
            try {
                request.header("Authorization", value);
            } catch (IllegalArgumentException e) {
                // its message has the value
                throw new NotAnsweredException(title + ": its token has characters that no header can hold");
            }
        }
    }

    /** The first bytes of a body as text; the rest is not waited for. */
    private static final class Beginning implements BodySubscriber<String> {
        private final CompletableFuture<String> text = new CompletableFuture<>();
        private final byte[] bytes;
        private int length;
        private Flow.@Nullable Subscription subscription;

        Beginning(int most) {
            this.bytes = new byte[most];
        }

        @Override
        public CompletionStage<String> getBody() {
            return text;
        }

        @Override
        public void onSubscribe(Flow.Subscription made) {
            subscription = made;
            made.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                int taken = Math.min(buffer.remaining(), bytes.length - length);
                buffer.get(bytes, length, taken);
                length += taken;
            }
            if (length == bytes.length && !text.isDone()) {
                onComplete();
                if (subscription != null) {
                    subscription.cancel();
                }
            }
        }

        @Override
        public void onError(Throwable e) {
            text.completeExceptionally(e);
        }

        @Override
        public void onComplete() {
            text.complete(new String(bytes, 0, length, StandardCharsets.UTF_8));
        }
    }
}
