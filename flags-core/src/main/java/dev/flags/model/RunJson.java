package dev.flags.model;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Kill latches and rollout runs, and their JSON. */
final class RunJson {
    private static final String INSTANT = "a time such as 2026-01-31T12:00:00Z";

    private RunJson() {}

    /**
     * The latch, or null when problems were noted. Only what contradicts itself is a problem: who killed a flag in a file by
     * hand must not fail over a field left out.
     */
    static @Nullable KillLatch readKill(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null || !fields.isOfKnownSchema()) {
            return null;
        }
        int before = problems.count();
        Instant at = fields.parsed("at", INSTANT, Instant::parse);
        String by = fields.text("by", "unknown");
        String reason = fields.text("reason", "unspecified");
        boolean endedRollout = fields.bool("endedRollout", false);
        if (problems.count() > before) {
            return null;
        }
        return new KillLatch(at == null ? Instant.EPOCH : at, by, reason, endedRollout, fields.rest());
    }

    static Map<String, Object> tree(KillLatch kill) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", kill.at().toString());
        tree.put("by", kill.by());
        tree.put("reason", kill.reason());
        tree.put("endedRollout", kill.endedRollout());
        kill.extra().forEach(tree::putIfAbsent);
        return tree;
    }

    /** The run, or null when problems were noted. */
    static @Nullable RolloutRun readRollout(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null || !fields.isOfKnownSchema()) {
            return null;
        }
        int before = problems.count();
        String id = fields.requiredText("id");
        RolloutRun.State state = required(fields, "state", "a state such as RUNNING", RolloutRun.State::valueOf);
        Integer stage = fields.integer("stage");
        List<RolloutRun.@Nullable Stage> stages = fields.each("stages", RunJson::stage);
        Instant startedAt = required(fields, "startedAt", INSTANT, Instant::parse);
        String startedBy = fields.text("startedBy", "unknown");
        Percentage percentageBefore = fields.percentage("percentageBefore", Percentage.ZERO);
        boolean manual = fields.bool("manual", false);
        if (stage != null && problems.count() == before && (stage < 0 || stage >= stages.size())) {
            fields.at("stage").add("must be the index of one of " + stages.size() + " stages, was " + stage);
        }
        if (problems.count() > before) {
            return null;
        }
        return new RolloutRun(
                Objects.requireNonNull(id),
                Objects.requireNonNull(state),
                Objects.requireNonNull(stage),
                Fields.whole(stages),
                Objects.requireNonNull(startedAt),
                startedBy,
                Objects.requireNonNull(percentageBefore),
                manual,
                fields.rest());
    }

    private static RolloutRun.@Nullable Stage stage(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return null;
        }
        int before = problems.count();
        if (!fields.has("percentage")) {
            fields.at("percentage").add("is required");
        }
        Percentage percentage = fields.percentage("percentage", Percentage.ZERO);
        Duration bake = fields.parsed("bake", "a duration such as PT15M", Duration::parse);
        if (bake != null && bake.isNegative()) {
            fields.at("bake").add("must not be negative, was " + bake);
        }
        if (percentage == null || problems.count() > before) {
            return null;
        }
        return new RolloutRun.Stage(percentage, bake == null ? Duration.ZERO : bake, fields.rest());
    }

    private static <T> @Nullable T required(Fields fields, String name, String expected, Fields.Parser<T> parser) {
        if (!fields.has(name)) {
            fields.take(name);
            fields.at(name).add("is required");
            return null;
        }
        return fields.parsed(name, expected, parser);
    }

    static Map<String, Object> tree(RolloutRun run) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", run.id());
        tree.put("state", run.state().name());
        tree.put("stage", (long) run.stage());
        tree.put("stages", run.stages().stream().map(RunJson::tree).toList());
        tree.put("startedAt", run.startedAt().toString());
        tree.put("startedBy", run.startedBy());
        tree.put("percentageBefore", run.percentageBefore().toBigDecimal());
        tree.put("manual", run.manual());
        run.extra().forEach(tree::putIfAbsent);
        return tree;
    }

    private static Map<String, Object> tree(RolloutRun.Stage stage) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("percentage", stage.percentage().toBigDecimal());
        tree.put("bake", stage.bake().toString());
        stage.extra().forEach(tree::putIfAbsent);
        return tree;
    }
}
