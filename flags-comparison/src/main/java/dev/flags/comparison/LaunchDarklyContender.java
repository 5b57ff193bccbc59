package dev.flags.comparison;

import com.launchdarkly.sdk.EvaluationDetail;
import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import com.launchdarkly.sdk.server.integrations.FileData;
import com.launchdarkly.sdk.server.subsystems.ComponentConfigurer;
import com.launchdarkly.sdk.server.subsystems.EventProcessor;
import com.launchdarkly.sdk.server.subsystems.EventSender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * LaunchDarkly's server SDK with its file data source, which fills the same in-memory store as the stream does. Its own test data
 * source knows neither percentages nor segments.
 */
final class LaunchDarklyContender implements Contender<String, LDContext> {
    private final LDClient client;

    private LaunchDarklyContender(LDClient client) {
        this.client = client;
    }

    /** The fastest there is: nothing is counted, nothing is sent. */
    static LaunchDarklyContender withoutEvents(Path file) {
        return open(file, Components.noEvents());
    }

    /** As it is unless told otherwise: decisions are summed up for LaunchDarkly, here by a sender that drops what it gets. */
    static LaunchDarklyContender withEvents(Path file) {
        return open(file, Components.sendEvents().eventSender(context -> new NoSending()));
    }

    private static LaunchDarklyContender open(Path file, ComponentConfigurer<EventProcessor> events) {
        return new LaunchDarklyContender(new LDClient(
                "no-key",
                new LDConfig.Builder()
                        .dataSource(FileData.dataSource().filePaths(file))
                        .events(events)
                        .diagnosticOptOut(true)
                        .logging(Components.noLogging())
                        .build()));
    }

    static void write(Path file, int flags) throws IOException {
        String members = Crowd.membersInJson();
        StringBuilder json = new StringBuilder("{\"segments\":{\"")
                .append(Question.SEGMENT_NAME)
                .append("\":{\"key\":\"")
                .append(Question.SEGMENT_NAME)
                .append("\",\"version\":1,\"salt\":\"s\",\"included\":[")
                .append(members)
                .append("]}},\"flags\":{");
        flag(json, Question.FULLY_ON.key, toAll(0)).append(',');
        flag(json, Question.TEN_PERCENT.key, percentage(10)).append(',');
        flag(json, Question.RULE.key, livesIn("\"DE\"") + ',' + percentage(50)).append(',');
        flag(json, Question.LISTED.key, "\"targets\":[{\"variation\":0,\"values\":[" + members + "]}]," + toAll(1))
                .append(',');
        flag(json, Question.SEGMENT.key, rule("", "segmentMatch", '"' + Question.SEGMENT_NAME + '"') + ',' + toAll(1))
                .append(',');
        flag(
                        json,
                        Question.PREREQUISITE.key,
                        "\"prerequisites\":[{\"key\":\"" + Question.FULLY_ON.key + "\",\"variation\":0}]," + toAll(0))
                .append(',');
        flag(
                json,
                Question.VARIANTS,
                "\"#888\",\"#00f\",\"#0f0\"",
                "\"fallthrough\":{\"rollout\":{\"variations\":[{\"variation\":1,\"weight\":50000},{\"variation\":2,\"weight\":50000}]}}");
        for (int i = Question.values().length; i < flags; i++) {
            flag(json.append(','), "flag-" + i, livesIn("\"DE\",\"FR\",\"IT\"") + ',' + percentage(i % 101));
        }
        Files.writeString(file, json.append("}}"));
    }

    private static StringBuilder flag(StringBuilder json, String key, String rest) {
        return flag(json, key, "true,false", rest);
    }

    private static StringBuilder flag(StringBuilder json, String key, String variations, String rest) {
        return json.append('"')
                .append(key)
                .append("\":{\"key\":\"")
                .append(key)
                .append("\",\"version\":1,\"on\":true,\"salt\":\"")
                .append(key)
                .append("\",\"offVariation\":")
                .append(variations.startsWith("true") ? 1 : 0)
                .append(",\"variations\":[")
                .append(variations)
                .append("],")
                .append(rest)
                .append('}');
    }

    private static String toAll(int variation) {
        return "\"fallthrough\":{\"variation\":" + variation + '}';
    }

    private static String percentage(int percentage) {
        return "\"fallthrough\":{\"rollout\":{\"variations\":[{\"variation\":0,\"weight\":" + percentage * 1_000
                + "},{\"variation\":1,\"weight\":" + (100 - percentage) * 1_000 + "}]}}";
    }

    private static String livesIn(String countries) {
        return rule("country", "in", countries);
    }

    private static String rule(String attribute, String operator, String values) {
        return "\"rules\":[{\"id\":\"r\",\"variation\":0,\"clauses\":[{\"attribute\":\"" + attribute + "\",\"op\":\""
                + operator + "\",\"values\":[" + values + "]}]}]";
    }

    @Override
    public String flag(String key) {
        return key;
    }

    @Override
    public LDContext user(String id, String country) {
        return LDContext.builder(id).set("country", country).build();
    }

    @Override
    public boolean isOn(String flag, LDContext user) {
        return client.boolVariation(flag, user, false);
    }

    @Override
    public boolean isOnForId(String flag, String userId) {
        return client.boolVariation(flag, LDContext.create(userId), false);
    }

    @Override
    public Object variant(LDContext user) {
        return client.stringVariationDetail(Question.VARIANTS, user, "");
    }

    @Override
    public @Nullable String text(Object variant) {
        return (String) ((EvaluationDetail<?>) variant).getValue();
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes everything and sends nothing. */
    private static final class NoSending implements EventSender {
        @Override
        public Result sendAnalyticsEvents(byte[] data, int eventCount, URI eventsBaseUri) {
            return Result.SUCCESS;
        }

        @Override
        public Result sendDiagnosticEvent(byte[] data, URI eventsBaseUri) {
            return Result.SUCCESS;
        }

        @Override
        public void close() {}
    }
}
