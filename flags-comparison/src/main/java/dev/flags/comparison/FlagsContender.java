package dev.flags.comparison;

import dev.flags.Decision;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.source.FileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * flags with a file as its only layer. What is asked is one immutable snapshot in memory, whatever it was loaded from: an application
 * on Redis or a database asks the same one. Decisions are counted, as they always are.
 */
final class FlagsContender implements Contender<String, EvaluationContext> {
    private final Flags flags;

    private FlagsContender(Flags flags) {
        this.flags = flags;
    }

    static FlagsContender open(Path file) {
        return new FlagsContender(Flags.builder().layer(FileSource.of(file)).build());
    }

    static void write(Path file, int flags) throws IOException {
        String members = Crowd.membersInJson();
        StringBuilder json = new StringBuilder("{\"schema\":1,\"segments\":[{\"name\":\"")
                .append(Question.SEGMENT_NAME)
                .append("\",\"keys\":[")
                .append(members)
                .append("]}],\"flags\":[");
        flag(json, Question.FULLY_ON.key, "\"percentage\":100").append(',');
        flag(json, Question.TEN_PERCENT.key, "\"percentage\":10").append(',');
        flag(json, Question.RULE.key, livesIn("\"DE\"") + ",\"percentage\":50").append(',');
        flag(json, Question.LISTED.key, "\"targets\":[{\"variant\":\"on\",\"keys\":[" + members + "]}]")
                .append(',');
        flag(json, Question.SEGMENT.key, rule("{\"segment\":\"" + Question.SEGMENT_NAME + "\"}"))
                .append(',');
        flag(
                        json,
                        Question.PREREQUISITE.key,
                        "\"prerequisites\":[{\"flag\":\"" + Question.FULLY_ON.key + "\"}],\"percentage\":100")
                .append(',');
        flag(
                json,
                Question.VARIANTS,
                "\"variants\":{\"grey\":\"#888\",\"blue\":\"#00f\",\"green\":\"#0f0\"},\"offVariant\":\"grey\",\"percentage\":100,"
                        + "\"split\":[{\"variant\":\"blue\",\"weight\":1},{\"variant\":\"green\",\"weight\":1}]");
        for (int i = Question.values().length; i < flags; i++) {
            flag(json.append(','), "flag-" + i, livesIn("\"DE\",\"FR\",\"IT\"") + ",\"percentage\":" + i % 101);
        }
        Files.writeString(file, json.append("]}"));
    }

    private static StringBuilder flag(StringBuilder json, String key, String rest) {
        return json.append("{\"key\":\"").append(key).append("\",").append(rest).append('}');
    }

    private static String livesIn(String countries) {
        return rule("{\"attribute\":\"country\",\"operator\":\"in\",\"values\":[" + countries + "]}");
    }

    private static String rule(String condition) {
        return "\"rules\":[{\"id\":\"r\",\"conditions\":[" + condition + "],\"variant\":\"on\"}]";
    }

    @Override
    public String flag(String key) {
        return key;
    }

    @Override
    public EvaluationContext user(String id, String country) {
        return EvaluationContext.builder(id).attribute("country", country).build();
    }

    @Override
    public boolean isOn(String flag, EvaluationContext user) {
        return flags.isEnabled(flag, user);
    }

    @Override
    public boolean isOnForId(String flag, String userId) {
        return flags.isEnabled(flag, userId);
    }

    @Override
    public Object variant(EvaluationContext user) {
        return flags.decide(Question.VARIANTS, user, String.class);
    }

    @Override
    public @Nullable String text(Object variant) {
        return (String) ((Decision) variant).value();
    }

    @Override
    public void close() {
        flags.close();
    }
}
