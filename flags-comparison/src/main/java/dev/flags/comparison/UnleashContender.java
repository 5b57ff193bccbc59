package dev.flags.comparison;

import io.getunleash.DefaultUnleash;
import io.getunleash.EngineProxyImpl;
import io.getunleash.Unleash;
import io.getunleash.UnleashContext;
import io.getunleash.util.UnleashConfig;
import io.getunleash.util.UnleashScheduledExecutor;
import io.getunleash.variant.Payload;
import io.getunleash.variant.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Unleash's server SDK, bootstrapped from a file, without polling and without sending metrics. Each decision is an event for a
 * subscriber, also where there is none; the SDK's own executor takes them to a thread of its own.
 */
final class UnleashContender implements Contender<String, UnleashContext> {
    private static final Future<Void> DONE = CompletableFuture.completedFuture(null);

    private final Unleash unleash;

    private UnleashContender(Unleash unleash) {
        this.unleash = unleash;
    }

    /** The fastest there is: an executor that takes no event to another thread. */
    static UnleashContender withoutExecutor(Path file) {
        return open(file, UnleashConfig.builder().scheduledExecutor(new AtOnce()));
    }

    /** As it is unless told otherwise. */
    static UnleashContender open(Path file) {
        return open(file, UnleashConfig.builder());
    }

    private static UnleashContender open(Path file, UnleashConfig.Builder builder) {
        UnleashConfig config = builder.appName("comparison")
                .instanceId(file.toString())
                .unleashAPI("http://localhost:1/api") // nobody asks it: neither polling nor metrics
                .backupFile(file + ".backup")
                .toggleBootstrapProvider(() -> read(file))
                .disablePolling()
                .disableMetrics()
                .build();
        return new UnleashContender(new DefaultUnleash(config, new EngineProxyImpl(config)));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, int flags) throws IOException {
        String members = Crowd.membersInJson();
        StringBuilder json = new StringBuilder("{\"version\":2,\"segments\":[{\"id\":1,\"name\":\"")
                .append(Question.SEGMENT_NAME)
                .append("\",\"constraints\":[")
                .append(constraint("userId", members))
                .append("]}],\"features\":[");
        feature(json, Question.FULLY_ON.key, strategy("")).append(',');
        feature(json, Question.TEN_PERCENT.key, percentage(Question.TEN_PERCENT.key, 10, ""))
                .append(',');
        feature(json, Question.RULE.key, livesIn("\"DE\"") + ',' + percentage(Question.RULE.key, 50, ""))
                .append(',');
        feature(json, Question.LISTED.key, strategy(",\"constraints\":[" + constraint("userId", members) + "]"))
                .append(',');
        feature(json, Question.SEGMENT.key, strategy(",\"segments\":[1]")).append(',');
        feature(
                        json,
                        Question.PREREQUISITE.key,
                        strategy(""),
                        ",\"dependencies\":[{\"feature\":\"" + Question.FULLY_ON.key + "\",\"enabled\":true}]")
                .append(',');
        feature(
                json,
                Question.VARIANTS,
                percentage(
                        Question.VARIANTS,
                        100,
                        ",\"variants\":[" + variant("blue", "#00f") + ',' + variant("green", "#0f0") + ']'));
        for (int i = Question.values().length; i < flags; i++) {
            feature(
                    json.append(','),
                    "flag-" + i,
                    livesIn("\"DE\",\"FR\",\"IT\"") + ',' + percentage("flag-" + i, i % 101, ""));
        }
        Files.writeString(file, json.append("]}"));
    }

    private static StringBuilder feature(StringBuilder json, String name, String strategies) {
        return feature(json, name, strategies, "");
    }

    private static StringBuilder feature(StringBuilder json, String name, String strategies, String rest) {
        return json.append("{\"name\":\"")
                .append(name)
                .append("\",\"enabled\":true,\"strategies\":[")
                .append(strategies)
                .append(']')
                .append(rest)
                .append('}');
    }

    private static String strategy(String rest) {
        return "{\"name\":\"default\"" + rest + '}';
    }

    private static String livesIn(String countries) {
        return strategy(",\"constraints\":[" + constraint("country", countries) + "]");
    }

    private static String percentage(String group, int percentage, String rest) {
        return "{\"name\":\"flexibleRollout\",\"parameters\":{\"rollout\":\"" + percentage
                + "\",\"stickiness\":\"userId\",\"groupId\":\"" + group + "\"}" + rest + '}';
    }

    private static String variant(String name, String text) {
        return "{\"name\":\"" + name
                + "\",\"weight\":500,\"stickiness\":\"userId\",\"payload\":{\"type\":\"string\",\"value\":\"" + text
                + "\"}}";
    }

    private static String constraint(String field, String values) {
        return "{\"contextName\":\"" + field + "\",\"operator\":\"IN\",\"values\":[" + values + "]}";
    }

    @Override
    public String flag(String key) {
        return key;
    }

    @Override
    public UnleashContext user(String id, String country) {
        return UnleashContext.builder()
                .userId(id)
                .addProperty("country", country)
                .build();
    }

    @Override
    public boolean isOn(String flag, UnleashContext user) {
        return unleash.isEnabled(flag, user);
    }

    @Override
    public boolean isOnForId(String flag, String userId) {
        return unleash.isEnabled(flag, UnleashContext.builder().userId(userId).build());
    }

    @Override
    public Object variant(UnleashContext user) {
        return unleash.getVariant(Question.VARIANTS, user);
    }

    @Override
    public @Nullable String text(Object variant) {
        return ((Variant) variant).getPayload().map(Payload::getValue).orElse(null);
    }

    @Override
    public void close() {
        unleash.shutdown();
    }

    /** Runs what there is to run in the thread that asks for it. */
    private static final class AtOnce implements UnleashScheduledExecutor {
        @Override
        public Future<Void> scheduleOnce(Runnable task) {
            task.run();
            return DONE;
        }

        /** Only the metrics ask for it, which are gathered each minute even where they are not sent. */
        @Override
        public void setInterval(Runnable task, long initialDelaySeconds, long periodSeconds) {}
    }
}
