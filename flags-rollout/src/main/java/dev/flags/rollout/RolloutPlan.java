package dev.flags.rollout;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A planned climb: data, which the controller reads again from the run with each step. docs/rollout-plans.md says what may stand in a
 * plan. Whatever makes one refuses what is not valid with an {@link InvalidFlagException} that has all problems. Immutable.
 *
 * @param stages at least one; each percentage is above the one before. A bake of zero means: as long as a person waits
 * @param guards judge it, in every state that is not final; all of them, also those that it has by default
 * @param advance what must be so for a stage to be left upwards, beside guards that are healthy
 * @param preconditions what must be so before the start and before each raise
 * @param hooks what is called, and when
 * @param stepBack how it goes down step by step
 * @param holdBack so many never get the treatment: the last stage is this much below 100 %, so that there is somebody to compare with. 0:
 *     nobody
 * @param soak how long the last stage is watched before the run is completed
 * @param missing when too little is reported, the rollout holds; after so long without, it does this
 */
public record RolloutPlan(
        List<Stage> stages,
        List<Guard> guards,
        List<AdvanceRule> advance,
        List<Precondition> preconditions,
        List<HookUse> hooks,
        StepBack stepBack,
        Percentage holdBack,
        Duration soak,
        Missing missing) {
    /** How long the last stage is watched by default. */
    public static final Duration SOAK = Duration.ofMinutes(15);

    /** 10 % for 15 minutes, 50 % for 15 minutes, 100 %, with the default guards. */
    public static final RolloutPlan DEFAULT = stages("10:15m,50:15m,100").build();

    /** Whether and when too little to judge by is acted on. */
    public record Missing(Duration after, Guard.Action action) {
        /** Holds. */
        public static final Missing HOLD = new Missing(Duration.ZERO, Guard.Action.HOLD);
    }

    public RolloutPlan {
        stages = List.copyOf(stages);
        guards = List.copyOf(guards);
        advance = List.copyOf(advance);
        preconditions = List.copyOf(preconditions);
        hooks = List.copyOf(hooks);
        List<Problem> problems = new PlanRules(new PlanPlaces())
                .stages(stages, holdBack, !guards.isEmpty())
                .soak(soak, !guards.isEmpty())
                .guards(guards, advance, stages, soak)
                .preconditions(preconditions)
                .hooks(hooks)
                .stepBack(stepBack)
                .missing(missing)
                .problems();
        if (!problems.isEmpty()) {
            throw new InvalidFlagException(problems);
        }
    }

    /** Only stages, for a person to promote: nothing judges them. */
    public RolloutPlan(List<Stage> stages) {
        this(stages, List.of(), List.of(), List.of(), List.of(), StepBack.DEFAULT, Percentage.ZERO, SOAK, Missing.HOLD);
    }

    /**
     * Begins a plan with its stages, and with the default guards.
     *
     * @param text as {@code 10:15m,50:15m:approval,100}: percentages separated by commas, each with an optional bake in {@code s},
     *     {@code m}, {@code h} or {@code d}, and with {@code approval} where a person has to agree to the next
     */
    public static RolloutPlanBuilder stages(String text) {
        return new RolloutPlanBuilder().stages(text);
    }

    /**
     * Begins a plan with what a preset has: {@code runbook}, {@code canary} or {@code careful}.
     *
     * @throws InvalidFlagException when there is none of this name
     */
    public static RolloutPlanBuilder preset(String name) {
        return PlanPresets.named(name);
    }

    /** A plan that differs from this one in what the builder is told: a guard of the name of one that is there replaces it. */
    public RolloutPlanBuilder toBuilder() {
        return RolloutPlanBuilder.of(this);
    }

    /**
     * Stages that a person promotes.
     *
     * @param text as for {@link #stages}; the bakes say how long each is meant to be watched
     */
    public static RolloutPlan manual(String text) {
        return new RolloutPlan(StageText.list(text));
    }

    /** The first level of a gradual rollback that is below a percentage; 0 % below the lowest. */
    public Percentage levelBelow(Percentage percentage) {
        List<Percentage> levels = stepBack.levels().isEmpty()
                ? stages.stream().map(Stage::percentage).toList()
                : stepBack.levels();
        return levels.stream()
                .filter(level -> level.compareTo(percentage) < 0)
                .max(Comparator.naturalOrder())
                .orElse(Percentage.ZERO);
    }

    /**
     * Stages that a person promotes.
     *
     * @param percentages rising
     * @param bake how long each but the last is meant to be watched; the last has nothing to be promoted to
     */
    public static RolloutPlan manual(List<Percentage> percentages, Duration bake) {
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < percentages.size(); i++) {
            stages.add(new Stage(percentages.get(i), i < percentages.size() - 1 ? bake : Duration.ZERO));
        }
        return new RolloutPlan(stages);
    }

    /**
     * Reads a plan from a document.
     *
     * @param name the file's, for messages; one that ends with {@code .json} is JSON, anything else YAML
     */
    public static RolloutPlan read(String name, String text) {
        return PlanReader.read(name, text);
    }

    /** The plan that a run was started with. */
    public static RolloutPlan of(RolloutRun run) {
        return run.extra().get(RunFields.PLAN) instanceof Map<?, ?> stored
                ? PlanReader.stored(stored, run.stages())
                : new RolloutPlan(run.stages());
    }

    /** As a document, for {@link dev.flags.json.Json}; {@link #read} gives the same plan for it. */
    public Map<String, Object> tree() {
        return PlanWriter.document(this);
    }

    /** Whether a stage is left only when a person has agreed: {@code rollout promote}. */
    public static boolean needsApproval(Stage stage) {
        return Boolean.TRUE.equals(stage.extra().get(StageText.APPROVAL));
    }

    /** The bounds by which instances have to judge calls, ascending. */
    public List<Duration> latencyBounds() {
        return latencyBounds(guards, advance);
    }

    static List<Duration> latencyBounds(List<Guard> guards, List<AdvanceRule> advance) {
        TreeSet<Duration> bounds = new TreeSet<>();
        guards.forEach(guard -> {
            if (guard instanceof Guard.Rate rate && rate.bad() instanceof Guard.Bad.SlowerThan slow) {
                bounds.add(slow.bound());
            }
        });
        advance.forEach(rule -> {
            if (rule.bad() instanceof Guard.Bad.SlowerThan slow) {
                bounds.add(slow.bound());
            }
        });
        return List.copyOf(bounds);
    }

    /**
     * The hooks that are asked before a raise and may refuse it.
     *
     * @param first whether it is the raise to the first stage, which the gates of the start may refuse as well
     */
    public List<HookUse> gates(boolean first) {
        return hooks.stream()
                .filter(HookUse::gate)
                .filter(use -> use.at() == HookUse.Event.BEFORE_RAISE || (first && use.at() == HookUse.Event.START))
                .toList();
    }
}
