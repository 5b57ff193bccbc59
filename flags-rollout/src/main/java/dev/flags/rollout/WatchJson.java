package dev.flags.rollout;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.model.Fields;
import dev.flags.model.Problems;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@link RunWatch} as JSON. */
final class WatchJson {
    private static final String TIME = "a time such as 2026-01-31T12:00:00Z";
    private static final String DURATION = "a duration such as PT15M";

    private WatchJson() {}

    /** The watch that a controller's record holds. */
    static Optional<RunWatch> inRecord(String record) {
        try {
            return Json.parse(record, Json.MAX_FILE_BYTES) instanceof Map<?, ?> fields
                    ? read(fields.get("watch"))
                    : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    static Map<String, Object> tree(RunWatch watch) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("run", watch.run());
        tree.put("at", watch.at().toString());
        tree.put("controller", watch.controller());
        tree.put("stage", (long) watch.stage());
        tree.put("healthy", watch.healthy().toString());
        tree.put("verdicts", watch.verdicts().stream().map(WatchJson::tree).toList());
        tree.put("advance", watch.advance().stream().map(WatchJson::tree).toList());
        tree.put("preconditions", new LinkedHashMap<>(watch.preconditions()));
        watch.instances().ifPresent(instances -> tree.put("instances", instances));
        tree.put("usersPerSecond", finite(watch.usersPerSecond()));
        watch.detectsWithin().ifPresent(within -> tree.put("detectsWithin", within.toString()));
        tree.put("notes", watch.notes());
        return tree;
    }

    private static Map<String, Object> tree(Verdict verdict) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("guard", verdict.guard());
        tree.put("status", name(verdict.status()));
        tree.put("action", name(verdict.action()));
        verdict.value().ifPresent(value -> tree.put("value", finite(value)));
        tree.put("threshold", finite(verdict.threshold()));
        verdict.evidence().ifPresent(evidence -> tree.put("evidence", finite(evidence)));
        verdict.since().ifPresent(since -> tree.put("since", since.toString()));
        tree.put("shared", verdict.shared());
        tree.put("treatment", points(verdict.treatment()));
        tree.put("control", points(verdict.control()));
        tree.put("text", verdict.text());
        return tree;
    }

    static Optional<RunWatch> read(@Nullable Object tree) {
        Problems problems = new Problems("");
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return Optional.empty();
        }
        String run = fields.requiredText("run");
        Instant at = fields.parsed("at", TIME, Instant::parse);
        Integer stage = fields.integer("stage");
        Duration healthy = fields.parsed("healthy", DURATION, Duration::parse);
        List<@Nullable Verdict> verdicts = fields.each("verdicts", WatchJson::verdict);
        List<@Nullable Verdict> advance = fields.each("advance", WatchJson::verdict);
        if (problems.count() > 0 || run == null || at == null || stage == null || healthy == null) {
            return Optional.empty();
        }
        Duration within = fields.parsed("detectsWithin", DURATION, Duration::parse);
        return Optional.of(new RunWatch(
                run,
                at,
                fields.text("controller", ""),
                stage,
                healthy,
                Fields.whole(verdicts),
                Fields.whole(advance),
                texts(fields.take("preconditions")),
                fields.take("instances") instanceof Long instances ? OptionalLong.of(instances) : OptionalLong.empty(),
                number(fields.take("usersPerSecond")).orElse(0),
                Optional.ofNullable(within),
                fields.list("notes").stream().map(String::valueOf).toList()));
    }

    private static @Nullable Verdict verdict(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return null;
        }
        Verdict.Status status = fields.parsed("status", "a status", WatchJson::status);
        Guard.Action action = fields.parsed("action", "an action", WatchJson::action);
        if (status == null || action == null) {
            return null;
        }
        return new Verdict(
                fields.text("guard", ""),
                status,
                action,
                number(fields.take("value")),
                number(fields.take("threshold")).orElse(Double.NaN),
                number(fields.take("evidence")),
                Optional.ofNullable(fields.parsed("since", TIME, Instant::parse)),
                fields.bool("shared", false),
                numbers(fields.list("treatment")),
                numbers(fields.list("control")),
                fields.text("text", ""));
    }

    private static Verdict.Status status(String text) {
        return Verdict.Status.valueOf(constant(text));
    }

    private static Guard.Action action(String text) {
        return Guard.Action.valueOf(constant(text));
    }

    private static String constant(String text) {
        return text.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, String> texts(@Nullable Object tree) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> fields) {
            fields.forEach((name, text) -> texts.put(String.valueOf(name), Objects.toString(text, "")));
        }
        return texts;
    }

    private static OptionalDouble number(@Nullable Object value) {
        return value instanceof Number number ? OptionalDouble.of(number.doubleValue()) : OptionalDouble.empty();
    }

    private static List<Double> numbers(List<@Nullable Object> values) {
        return values.stream().map(value -> number(value).orElse(Double.NaN)).toList();
    }

    /** JSON has no NaN: what was not measured is null. */
    private static List<@Nullable Object> points(List<Double> values) {
        List<@Nullable Object> points = new ArrayList<>();
        values.forEach(value -> points.add(Double.isFinite(value) ? value : null));
        return points;
    }

    /** JSON has no infinity either. */
    private static double finite(double value) {
        return Double.isNaN(value) ? 0 : Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
    }
}
