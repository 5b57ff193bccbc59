package dev.flags.outcomes;

import dev.flags.FlagsException;
import dev.flags.json.Json;
import dev.flags.model.Percentage;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Outcome rows as JSON, schema 1: see {@code docs/outcome-rows.md}, which fixes names, units and order. Fields that are not known are
 * passed over, so that later versions may add some; a row of another schema is refused.
 */
final class OutcomeRowJson {
    private static final long SCHEMA = 1;
    /** Seven lists of a thousand hashes for each arm, the histogram, and room. */
    private static final int MAX_BYTES = 1024 * 1024;

    private OutcomeRowJson() {}

    static String write(OutcomeRow row) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", SCHEMA);
        tree.put("flag", row.flag());
        tree.put("run", row.run());
        tree.put("instance", row.instance());
        tree.put("percentage", row.percentage().toBigDecimal());
        tree.put("window", row.window().toString());
        putUnlessZero(tree, "sample", row.sample());
        putUnlessZero(tree, "lost", row.lost());
        tree.put("treatment", tree(row.treatment()));
        tree.put("control", tree(row.control()));
        return Json.write(tree);
    }

    private static Map<String, Object> tree(OutcomeRow.Arm arm) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("users", arm.users());
        putUnlessEmpty(tree, "failedUsers", arm.failedUsers());
        tree.put("calls", arm.calls());
        tree.put("failures", arm.failures());
        if (!arm.codes().isEmpty()) {
            tree.put("codes", arm.codes());
        }
        putUnlessZero(tree, "diverted", arm.diverted());
        if (!arm.bounds().isEmpty()) {
            tree.put("bounds", arm.bounds().stream().map(OutcomeRowJson::tree).toList());
        }
        if (!arm.latency().isEmpty()) {
            tree.put(
                    "latency",
                    arm.latency().entrySet().stream()
                            .map(bin -> List.of((long) bin.getKey(), bin.getValue()))
                            .toList());
        }
        putUnlessEmpty(tree, "exposures", arm.exposures());
        return tree;
    }

    private static Map<String, Object> tree(OutcomeRow.Bound bound) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bound", bound.bound().toString());
        tree.put("decided", bound.decided());
        tree.put("slow", bound.slow());
        putUnlessEmpty(tree, "slowUsers", bound.slowUsers());
        return tree;
    }

    private static void putUnlessZero(Map<String, Object> tree, String name, long value) {
        if (value != 0) {
            tree.put(name, value);
        }
    }

    private static void putUnlessEmpty(Map<String, Object> tree, String name, UserHashes hashes) {
        if (!hashes.isEmpty()) {
            tree.put(name, hashes.texts());
        }
    }

    static OutcomeRow parse(String text) {
        Object tree = Json.parse(text, MAX_BYTES);
        try {
            Map<?, ?> row = map(tree, "row");
            long schema = number(row, "schema");
            if (schema != SCHEMA) {
                throw new FlagsException("has schema " + schema + ", and this version knows " + SCHEMA);
            }
            return new OutcomeRow(
                    string(row, "flag"),
                    string(row, "run"),
                    string(row, "instance"),
                    Percentage.of(new BigDecimal(String.valueOf(row.get("percentage")))),
                    Instant.parse(string(row, "window")),
                    Math.toIntExact(number(row, "sample")),
                    number(row, "lost"),
                    arm(map(row.get("treatment"), "treatment")),
                    arm(map(row.get("control"), "control")));
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException | ClassCastException e) {
            throw new FlagsException("is no outcome row: " + e.getMessage(), e);
        }
    }

    private static OutcomeRow.Arm arm(Map<?, ?> tree) {
        Map<String, Long> codes = new TreeMap<>();
        if (tree.containsKey("codes")) {
            map(tree.get("codes"), "codes").forEach((code, count) -> codes.put((String) code, count(count, "codes")));
        }
        List<OutcomeRow.Bound> bounds = new ArrayList<>();
        for (Object each : list(tree, "bounds")) {
            Map<?, ?> bound = map(each, "bounds");
            bounds.add(new OutcomeRow.Bound(
                    Duration.parse(string(bound, "bound")),
                    number(bound, "decided"),
                    number(bound, "slow"),
                    hashes(bound, "slowUsers")));
        }
        SortedMap<Integer, Long> latency = new TreeMap<>();
        for (Object each : list(tree, "latency")) {
            List<?> bin = (List<?>) each;
            if (bin.size() != 2) {
                throw new IllegalArgumentException("a bin of 'latency' is a pair, was " + bin);
            }
            latency.put(Math.toIntExact(count(bin.get(0), "latency")), count(bin.get(1), "latency"));
        }
        return new OutcomeRow.Arm(
                number(tree, "users"),
                hashes(tree, "failedUsers"),
                number(tree, "calls"),
                number(tree, "failures"),
                codes,
                number(tree, "diverted"),
                bounds,
                latency,
                hashes(tree, "exposures"));
    }

    private static UserHashes hashes(Map<?, ?> tree, String name) {
        return UserHashes.parse(
                list(tree, name).stream().map(String.class::cast).toList());
    }

    private static List<?> list(Map<?, ?> tree, String name) {
        return tree.containsKey(name) ? (List<?>) required(tree.get(name), name) : List.of();
    }

    private static Map<?, ?> map(@Nullable Object tree, String name) {
        return (Map<?, ?>) required(tree, name);
    }

    private static String string(Map<?, ?> tree, String name) {
        return (String) required(tree.get(name), name);
    }

    /** A whole number; one that is left out is 0. */
    private static long number(Map<?, ?> tree, String name) {
        return tree.containsKey(name) ? count(tree.get(name), name) : 0;
    }

    private static long count(@Nullable Object value, String name) {
        return (Long) required(value, name);
    }

    private static Object required(@Nullable Object value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return value;
    }
}
