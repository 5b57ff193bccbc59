package dev.flags.rollout;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.model.Fields;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problems;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.rollout.Guard.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads plan documents. Fields that it does not know are problems: a misspelt guard must not mean that nobody watches. Not
 * thread-safe; confine it to one thread.
 */
final class PlanReader {
    static final long VERSION = 1;
    private static final String STAGES = "stages";

    private final Problems root;
    private final PlanPlaces places;
    private final RolloutPlanBuilder builder;

    private PlanReader(String prefix) {
        this.root = new Problems(prefix);
        this.places = new PlanPlaces(prefix + "/");
        this.builder = new RolloutPlanBuilder(places);
    }

    static RolloutPlan read(String name, String text) {
        Object tree;
        try {
            tree = name.toLowerCase(Locale.ROOT).endsWith(".json") ? Json.parse(text) : Json.parseYaml(text);
        } catch (JsonException e) {
            throw new InvalidFlagException(name, String.valueOf(e.getMessage()));
        }
        return new PlanReader(name + "#").plan(tree, Optional.empty());
    }

    /** What {@link PlanWriter#stored} wrote beside these stages. */
    static RolloutPlan stored(Map<?, ?> tree, List<Stage> stages) {
        return new PlanReader("rollout/plan").plan(tree, Optional.of(stages));
    }

    private RolloutPlan plan(@Nullable Object tree, Optional<List<Stage>> stages) {
        Fields fields = Fields.of(tree, root);
        if (fields == null || !isOfKnownVersion(fields)) {
            throw new InvalidFlagException(root.all());
        }
        boolean based = preset(fields);
        stages(fields, stages, based);
        if (!fields.bool("defaultGuards", true)) {
            builder.withoutDefaultGuards();
        }
        int i = 0;
        for (Object guard : fields.list("guards")) {
            rule(guard, fields.at("guards").at(i++), true);
        }
        i = 0;
        for (Object rule : fields.list("advance")) {
            rule(rule, fields.at("advance").at(i++), false);
        }
        fields.each("preconditions", (element, at) -> {
            PreconditionReader.read(element, at).ifPresent(p -> builder.require(p, at.path()));
            return null;
        });
        fields.each("hooks", (element, at) -> {
            hook(element, at);
            return null;
        });
        stepBack(fields);
        Percentage holdBack = PlanAmounts.percentage(fields.take("holdBack"), fields.at("holdBack"));
        if (holdBack != null) {
            builder.holdBack(holdBack);
        }
        Duration soak = PlanAmounts.duration(fields, "soak");
        if (soak != null) {
            builder.soak(soak);
        }
        missing(fields);
        fields.refuseRest();
        root.all().forEach(builder::refuse);
        return builder.build();
    }

    private static boolean isOfKnownVersion(Fields fields) {
        fields.take("$schema"); // for editors
        Object version = fields.take("apiVersion");
        if (version == null || version.equals(VERSION)) {
            return true;
        }
        boolean newer = version instanceof Long number && number > VERSION;
        fields.at("apiVersion")
                .add(
                        newer
                                ? "is " + version + ", of a newer version; this one reads 1. Update this one"
                                : "must be 1, was " + Fields.show(version));
        return false;
    }

    /** Whether there is one, known or not. */
    private boolean preset(Fields fields) {
        String name = fields.text("preset");
        if (name != null) {
            try {
                builder.startFromPreset(PlanPresets.plan(name));
            } catch (InvalidFlagException e) {
                e.problems().forEach(problem -> fields.at("preset").add(problem.message()));
                builder.withoutStages();
            }
        }
        return name != null;
    }

    private void stages(Fields fields, Optional<List<Stage>> given, boolean based) {
        if (given.isPresent()) {
            builder.stages(given.get());
            return;
        }
        if (!fields.has(STAGES)) {
            fields.take(STAGES);
            if (!based) {
                fields.at(STAGES).add("is required, unless there is a preset; as [\"10:15m\", \"50:15m\", 100]");
                builder.withoutStages();
            }
            return;
        }
        int before = root.all().size();
        List<Stage> stages = new ArrayList<>();
        int i = 0;
        for (Object element : fields.list(STAGES)) {
            Problems at = fields.at(STAGES).at(i++);
            Stage stage = StageReader.read(element, at);
            if (stage != null) {
                places.put(stage, at.path());
                stages.add(stage);
            }
        }
        if (root.all().size() > before) {
            builder.withoutStages();
        } else {
            builder.stages(stages);
        }
    }

    /** A guard or a rule for advancing: text, or an object that has the text and what could also stand in it. */
    private void rule(@Nullable Object element, Problems at, boolean guard) {
        String text = element instanceof String said ? said : null;
        if (element instanceof Map<?, ?>) {
            text = assembled(element, at, guard);
        } else if (text == null) {
            at.add("must be a text such as '" + (guard ? "error-rate > 5% for 5m -> rollback" : "error-rate < 1%")
                    + "', or an object with 'rule', was " + Fields.show(element));
        }
        if (text != null) {
            if (guard) {
                builder.guard(text, at.path());
            } else {
                builder.advance(text, at.path());
            }
        }
    }

    private static @Nullable String assembled(@Nullable Object element, Problems at, boolean guard) {
        Fields fields = Fields.of(element, at);
        if (fields == null) {
            return null;
        }
        int before = at.all().size();
        String name = fields.text("name");
        String rule = fields.requiredText("rule");
        Integer minimum = fields.has("min") ? fields.integer("min") : null;
        String action = guard ? fields.text("action") : null;
        String severity = guard ? fields.text("severity") : null;
        fields.refuseRest();
        if (rule == null || at.all().size() > before) {
            return null;
        }
        return (name == null ? "" : name + ": ")
                + rule.strip()
                + (minimum == null ? "" : " min " + minimum)
                + (action == null ? "" : " -> " + action)
                + (severity == null ? "" : " severity " + severity);
    }

    private void hook(@Nullable Object element, Problems at) {
        Fields fields = Fields.of(element, at);
        if (fields == null) {
            return;
        }
        HookUse.Event event = null;
        String when = fields.requiredText("at");
        for (HookUse.Event each : HookUse.Event.values()) {
            event = each.text().equals(when) ? each : event;
        }
        if (when != null && event == null) {
            fields.at("at").add("must be start, before-raise, rolled-back or completed");
        }
        String name = fields.requiredText("hook");
        boolean gate = fields.bool("gate", false);
        fields.refuseRest();
        if (event != null && name != null) {
            builder.hook(new HookUse(event, name, gate), at.path());
        }
    }

    private void stepBack(Fields parent) {
        Fields fields = object(parent, "stepBack");
        if (fields == null) {
            return;
        }
        List<Percentage> levels = new ArrayList<>();
        int i = 0;
        for (Object level : fields.list("levels")) {
            Percentage percentage =
                    PlanAmounts.percentage(level, fields.at("levels").at(i++));
            if (percentage != null) {
                levels.add(percentage);
            }
        }
        Duration bake = PlanAmounts.duration(fields, "bake");
        fields.refuseRest();
        builder.stepBack(levels, bake == null ? StepBack.DEFAULT.bake() : bake);
    }

    private void missing(Fields parent) {
        Fields fields = object(parent, "missing");
        if (fields == null) {
            return;
        }
        Duration after = PlanAmounts.duration(fields, "after");
        String text = fields.text("action", Action.HOLD.text());
        Optional<Action> action = GuardReader.actionOf(text);
        if (action.isEmpty()) {
            fields.at("action").add("must be hold or rollback");
        }
        fields.refuseRest();
        builder.missing(after == null ? Duration.ZERO : after, action.orElse(Action.HOLD));
    }

    private static @Nullable Fields object(Fields parent, String name) {
        if (!parent.has(name)) {
            parent.take(name);
            return null;
        }
        return Fields.of(parent.take(name), parent.at(name));
    }
}
