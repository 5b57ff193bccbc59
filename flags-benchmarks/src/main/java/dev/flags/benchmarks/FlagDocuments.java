package dev.flags.benchmarks;

import dev.flags.model.FlagFile;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The flags that are measured, as a file that anybody could have written. */
public final class FlagDocuments {
    /** At 100 %. */
    static final String FULLY_ON = "fully-on";
    /** At 50 % by user id. */
    static final String HALF = "atomic-projects";
    /** Three rules that miss, then 50 %. */
    static final String RULES = "three-rules";

    private FlagDocuments() {}

    /** A file of this many flags: the three above, and others with a rule each. */
    public static String json(int flags) {
        StringBuilder json = new StringBuilder("{\"schema\":1,\"flags\":[");
        json.append("{\"key\":\"").append(FULLY_ON).append("\",\"percentage\":100},");
        json.append("{\"key\":\"").append(HALF).append("\",\"percentage\":50},");
        json.append("{\"key\":\"")
                .append(RULES)
                .append("\",\"percentage\":50,\"rules\":[")
                .append(rule("a", "\"attribute\":\"country\",\"operator\":\"in\",\"values\":[\"DE\",\"FR\",\"IT\"]"))
                .append(',')
                .append(rule("b", "\"attribute\":\"version\",\"operator\":\"semver>=\",\"values\":[\"2.0.0\"]"))
                .append(',')
                .append(rule("c", "\"attribute\":\"age\",\"operator\":\"<\",\"values\":[18]"))
                .append("]}");
        for (int i = 3; i < flags; i++) {
            json.append(",{\"key\":\"flag-")
                    .append(i)
                    .append("\",\"description\":\"Flag number ")
                    .append(i)
                    .append("\",\"owner\":\"team-")
                    .append(i % 20)
                    .append("\",\"tags\":[\"checkout\",\"web\"],\"percentage\":")
                    .append(i % 101)
                    .append(",\"rules\":[")
                    .append(rule(
                            "staff", "\"attribute\":\"email\",\"operator\":\"endsWith\",\"values\":[\"@example.com\"]"))
                    .append(',')
                    .append(rule(
                            "pilot",
                            "\"attribute\":\"country\",\"operator\":\"in\",\"values\":[\"DE\",\"FR\",\"IT\",\"ES\"]"))
                    .append("]}");
        }
        return json.append("]}").toString();
    }

    private static String rule(String id, String condition) {
        return "{\"id\":\"" + id + "\",\"conditions\":[{" + condition + "}],\"variant\":\"on\"}";
    }

    static LayerContent content(String json) {
        FlagFile file = FlagFile.parse("flags.json", json, FlagFile.Format.JSON);
        Map<String, LayerFlag> flags = new LinkedHashMap<>();
        file.flags().forEach(flag -> flags.put(flag.key(), LayerFlag.defined(flag, 0)));
        return new LayerContent(0, flags, Map.of(), false, Set.of(), List.of());
    }
}
