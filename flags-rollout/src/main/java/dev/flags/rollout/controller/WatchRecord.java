package dev.flags.rollout.controller;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.model.Fields;
import dev.flags.model.Percentage;
import dev.flags.model.Problems;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.RunWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a controller leaves in the store of one flag's run, so that another goes on where it ended: JSON of schema 1 under the flag's key. A
 * record that cannot be understood counts as none; then evidence begins again, which makes a bake longer and never shorter.
 *
 * @param run the run's id
 * @param evidence as {@code Evidence.toJson} wrote it; empty when nothing more will come of it
 * @param measured as {@link MeasuredGuards#tree} made it
 * @param announced events for which the hooks' calls are in the outbox, or have been made
 * @param ends the hooks to call when the run has ended, should the flag have another run by then
 * @param reached the highest percentage that the run has served
 * @param watch what people see
 */
record WatchRecord(
        String run,
        String evidence,
        Progress progress,
        Map<String, Object> measured,
        Optional<Look.Due> due,
        Set<HookUse.Event> announced,
        Map<HookUse.Event, List<String>> ends,
        Percentage reached,
        List<Object> outbox,
        RunWatch watch) {
    private static final String TIME = "a time";

    String write() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", 1L);
        tree.put("run", run);
        tree.put("watch", watch.tree());
        tree.put("progress", tree(progress));
        tree.put("measured", measured);
        due.ifPresent(lowering -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("level", lowering.level().toBigDecimal());
            fields.put("why", lowering.why());
            tree.put("due", fields);
        });
        tree.put("announced", announced.stream().map(Enum::name).toList());
        Map<String, Object> hooks = new LinkedHashMap<>();
        ends.forEach((event, names) -> hooks.put(event.name(), names));
        tree.put("ends", hooks);
        tree.put("reached", reached.toBigDecimal());
        tree.put("outbox", outbox);
        tree.put("evidence", evidence);
        return Json.write(tree);
    }

    private static Map<String, Object> tree(Progress progress) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("stage", (long) progress.stage());
        tree.put("percentage", progress.percentage().toBigDecimal());
        tree.put("published", progress.published().toString());
        tree.put("since", progress.since().toString());
        tree.put("healthy", progress.healthy().toString());
        tree.put("last", progress.last().toString());
        tree.put("counting", progress.counting());
        progress.calmSince().ifPresent(since -> tree.put("calmSince", since.toString()));
        progress.missingSince().ifPresent(since -> tree.put("missingSince", since.toString()));
        return tree;
    }

    static Optional<WatchRecord> parse(String text) {
        try {
            Problems problems = new Problems("");
            Fields fields = Fields.of(Json.parse(text, Json.MAX_FILE_BYTES), problems);
            return fields == null || !Objects.equals(fields.take("schema"), 1L)
                    ? Optional.empty()
                    : Optional.ofNullable(read(fields));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static @Nullable WatchRecord read(Fields fields) {
        String run = fields.text("run", "");
        Progress progress = progress(run, fields.take("progress"));
        Optional<RunWatch> watch = RunWatch.of(fields.take("watch"));
        Percentage reached = fields.percentage("reached", Percentage.ZERO);
        if (progress == null || watch.isEmpty() || reached == null) {
            return null;
        }
        Set<HookUse.Event> announced = EnumSet.noneOf(HookUse.Event.class);
        fields.list("announced").forEach(name -> event(name).ifPresent(announced::add));
        Map<HookUse.Event, List<String>> ends = new EnumMap<>(HookUse.Event.class);
        if (fields.take("ends") instanceof Map<?, ?> hooks) {
            hooks.forEach((name, list) -> event(name).ifPresent(event -> ends.put(event, texts(list))));
        }
        List<Object> outbox = new ArrayList<>();
        fields.list("outbox").stream().filter(Objects::nonNull).forEach(outbox::add);
        Map<String, Object> measured = new LinkedHashMap<>();
        if (fields.take("measured") instanceof Map<?, ?> guards) {
            guards.forEach((name, since) -> measured.put(String.valueOf(name), String.valueOf(since)));
        }
        return new WatchRecord(
                run,
                fields.text("evidence", ""),
                progress,
                measured,
                due(fields.take("due")),
                announced,
                ends,
                reached,
                outbox,
                watch.get());
    }

    private static Optional<Look.Due> due(@Nullable Object tree) {
        Fields fields = tree == null ? null : Fields.of(tree, new Problems("due"));
        Percentage level = fields == null ? null : fields.percentage("level", Percentage.ZERO);
        return fields == null || level == null
                ? Optional.empty()
                : Optional.of(new Look.Due(level, fields.text("why", "")));
    }

    private static @Nullable Progress progress(String run, @Nullable Object tree) {
        Problems problems = new Problems("progress");
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return null;
        }
        Integer stage = fields.integer("stage");
        Percentage percentage = fields.percentage("percentage", Percentage.ZERO);
        Instant published = fields.parsed("published", TIME, Instant::parse);
        Instant since = fields.parsed("since", TIME, Instant::parse);
        Duration healthy = fields.parsed("healthy", "a duration", Duration::parse);
        Instant last = fields.parsed("last", TIME, Instant::parse);
        if (stage == null
                || percentage == null
                || published == null
                || since == null
                || healthy == null
                || last == null) {
            return null;
        }
        return new Progress(
                run,
                stage,
                percentage,
                published,
                since,
                healthy,
                last,
                fields.bool("counting", false),
                Optional.ofNullable(fields.parsed("calmSince", TIME, Instant::parse)),
                Optional.ofNullable(fields.parsed("missingSince", TIME, Instant::parse)));
    }

    private static Optional<HookUse.Event> event(@Nullable Object name) {
        for (HookUse.Event event : HookUse.Event.values()) {
            if (event.name().equals(name)) {
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    private static List<String> texts(@Nullable Object list) {
        return list instanceof List<?> names
                ? names.stream().map(String::valueOf).toList()
                : List.of();
    }
}
