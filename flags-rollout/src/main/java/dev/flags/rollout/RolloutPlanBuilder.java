package dev.flags.rollout;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.rollout.Precondition.DatabaseObject;
import dev.flags.rollout.Precondition.Kind;
import dev.flags.rollout.Precondition.Migration;
import dev.flags.rollout.Precondition.MigrationTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link RolloutPlan}. What is wrong is said by {@link #build}, everything at once. Not thread-safe; confine it to one thread.
 */
public final class RolloutPlanBuilder {
    private final PlanPlaces places;
    private final List<Problem> problems = new ArrayList<>();
    private boolean stagesRefused;
    private int guardsSaid;
    private int rulesSaid;

    private List<Stage> stages = List.of();
    private @Nullable Duration bake;
    private List<Guard> defaults = DefaultGuards.ALL;
    private final NamedRules<Guard> guards = new NamedRules<>(Guard::name);
    private final NamedRules<AdvanceRule> advance = new NamedRules<>(AdvanceRule::name);
    private final List<Precondition> preconditions = new ArrayList<>();
    private final List<HookUse> hooks = new ArrayList<>();
    private StepBack stepBack = StepBack.DEFAULT;
    private Percentage holdBack = Percentage.ZERO;
    private @Nullable Duration soak;
    private RolloutPlan.Missing missing = RolloutPlan.Missing.HOLD;

    RolloutPlanBuilder() {
        this(new PlanPlaces());
    }

    RolloutPlanBuilder(PlanPlaces places) {
        this.places = places;
    }

    static RolloutPlanBuilder of(RolloutPlan plan) {
        RolloutPlanBuilder builder = new RolloutPlanBuilder();
        builder.startFrom(plan);
        return builder;
    }

    /** Takes everything from a plan, as what the builder's own parts replace. */
    void startFrom(RolloutPlan plan) {
        stages = plan.stages();
        defaults = plan.guards().stream().filter(DefaultGuards::isOne).toList();
        guards.startFrom(plan.guards().stream()
                .filter(guard -> !DefaultGuards.isOne(guard))
                .toList());
        advance.startFrom(plan.advance());
        preconditions.addAll(plan.preconditions());
        hooks.addAll(plan.hooks());
        stepBack = plan.stepBack();
        holdBack = plan.holdBack();
        soak = plan.soak();
        missing = plan.missing();
    }

    /** As {@link #startFrom}, but the soak goes on to follow from the last stage. */
    void startFromPreset(RolloutPlan plan) {
        startFrom(plan);
        soak = null;
    }

    /** What is wrong with the stages was said already. */
    void withoutStages() {
        stagesRefused = true;
    }

    /** Stages as for {@link RolloutPlan#stages}. */
    public RolloutPlanBuilder stages(String text) {
        try {
            stages = StageText.list(text);
            stagesRefused = false;
        } catch (InvalidFlagException e) {
            stagesRefused = true;
            problems.addAll(e.problems());
        }
        return this;
    }

    /** Stages with rising percentages. */
    public RolloutPlanBuilder stages(List<Stage> to) {
        stages = List.copyOf(to);
        return this;
    }

    /** How long each stage is watched that says nothing itself, but the last, and those that wait for approval. */
    public RolloutPlanBuilder bake(Duration each) {
        bake = each;
        return this;
    }

    /**
     * Adds a guard as text, as {@code error-rate > 5% for 5m -> rollback}; docs/rollout-plans.md has the grammar. One of the name of a
     * guard that a preset or another plan has replaces that one.
     */
    public RolloutPlanBuilder guard(String text) {
        return guard(text, "guards/" + ++guardsSaid);
    }

    RolloutPlanBuilder guard(String text, String path) {
        try {
            GuardReader.ReadGuard read = GuardReader.guard(text);
            Guard guard = read.guard();
            Guard named = read.named() ? guard : guard.named(guards.free(guard.name()));
            places.put(named, path);
            guards.add(named);
        } catch (InvalidFlagException e) {
            refuse(path, e);
        }
        return this;
    }

    /** Adds a guard; one of the name of a guard that a preset or another plan has replaces that one. */
    public RolloutPlanBuilder guard(Guard guard) {
        guards.add(guard);
        return this;
    }

    /** Has only the guards that are named. */
    public RolloutPlanBuilder withoutDefaultGuards() {
        defaults = List.of();
        return this;
    }

    /** Adds what must be so to advance, as {@code error-rate < 1%} or {@code p95 < 10s}. */
    public RolloutPlanBuilder advance(String text) {
        return advance(text, "advance/" + ++rulesSaid);
    }

    RolloutPlanBuilder advance(String text, String path) {
        try {
            GuardReader.ReadRule read = GuardReader.advance(text);
            AdvanceRule rule = read.rule();
            AdvanceRule named = read.named() ? rule : rule.named(advance.free(rule.name()));
            places.put(named, path);
            advance.add(named);
        } catch (InvalidFlagException e) {
            refuse(path, e);
        }
        return this;
    }

    /** Adds what must be so to advance. */
    public RolloutPlanBuilder advance(AdvanceRule rule) {
        advance.add(rule);
        return this;
    }

    /** Adds what must be so before the start and before each raise. */
    public RolloutPlanBuilder require(Precondition precondition) {
        if (!preconditions.contains(precondition)) {
            preconditions.add(precondition);
        }
        return this;
    }

    RolloutPlanBuilder require(Precondition precondition, String path) {
        places.put(precondition, path);
        return require(precondition);
    }

    /** A function of the store's own database must exist. */
    public RolloutPlanBuilder requireFunction(String name) {
        return require(new DatabaseObject(Kind.FUNCTION, name, ""));
    }

    /** A table of the store's own database must exist. */
    public RolloutPlanBuilder requireTable(String name) {
        return require(new DatabaseObject(Kind.TABLE, name, ""));
    }

    /** A column, {@code table.column}, of the store's own database must exist. */
    public RolloutPlanBuilder requireColumn(String name) {
        return require(new DatabaseObject(Kind.COLUMN, name, ""));
    }

    /** A Flyway migration of the store's own database must have been applied. */
    public RolloutPlanBuilder requireFlyway(String version) {
        return require(new Migration(MigrationTool.FLYWAY, version, ""));
    }

    /** A Liquibase change set of the store's own database must have been applied. */
    public RolloutPlanBuilder requireLiquibase(String id) {
        return require(new Migration(MigrationTool.LIQUIBASE, id, ""));
    }

    /** A query of the controller's configuration must give true. */
    public RolloutPlanBuilder requireQuery(String name) {
        return require(new Precondition.QueryIsTrue(name));
    }

    /** An endpoint of the controller's configuration must answer well. */
    public RolloutPlanBuilder requireHealthy(String endpoint) {
        return require(new Precondition.Healthy(endpoint));
    }

    /** Another flag must be on for everybody, or off. */
    public RolloutPlanBuilder requireFlag(String key, boolean on) {
        return require(new Precondition.FlagIs(key, on));
    }

    /** Calls a hook of the controller's configuration. */
    public RolloutPlanBuilder hook(HookUse.Event at, String name) {
        return hook(new HookUse(at, name, false));
    }

    /** Calls a hook at the start or before a raise, which does not happen unless the hook agrees. */
    public RolloutPlanBuilder gate(HookUse.Event at, String name) {
        return hook(new HookUse(at, name, true));
    }

    /** Calls a hook. */
    public RolloutPlanBuilder hook(HookUse hook) {
        hooks.add(hook);
        return this;
    }

    RolloutPlanBuilder hook(HookUse hook, String path) {
        places.put(hook, path);
        return hook(hook);
    }

    /**
     * How it goes down step by step.
     *
     * @param levels falling to 0; empty: the stages below, then 0
     * @param watched how long a level must be healthy for the rollout to end there
     */
    public RolloutPlanBuilder stepBack(List<Percentage> levels, Duration watched) {
        stepBack = new StepBack(levels, watched);
        return this;
    }

    /** So many never get the treatment: a last stage of 100 % becomes one of so much less. */
    public RolloutPlanBuilder holdBack(Percentage share) {
        holdBack = share;
        return this;
    }

    /** How long the last stage is watched; by default the bake of the last stage, or else {@link RolloutPlan#SOAK}. */
    public RolloutPlanBuilder soak(Duration watched) {
        soak = watched;
        return this;
    }

    /** What is done when too little is reported for so long. */
    public RolloutPlanBuilder missing(Duration after, Guard.Action action) {
        missing = new RolloutPlan.Missing(after, action);
        return this;
    }

    void refuse(Problem problem) {
        problems.add(problem);
    }

    private void refuse(String path, InvalidFlagException e) {
        e.problems().forEach(problem -> problems.add(new Problem(path, problem.message())));
    }

    /**
     * The plan.
     *
     * @throws InvalidFlagException with all problems
     */
    public RolloutPlan build() {
        List<Stage> climb = climb();
        Duration watched = soak(climb);
        List<Guard> judging = guards.merged();
        judging.addAll(DefaultGuards.beside(
                judging, defaults, GuardRules.shortestBake(climb, watched).orElse(watched)));
        List<AdvanceRule> rules = advance.merged();
        List<Problem> all = new ArrayList<>(problems);
        PlanRules check = new PlanRules(places);
        if (!stagesRefused) {
            check.stages(climb, holdBack, !judging.isEmpty());
        }
        all.addAll(check.soak(watched, !judging.isEmpty())
                .guards(judging, rules, climb, watched)
                .preconditions(preconditions)
                .hooks(hooks)
                .stepBack(stepBack)
                .missing(missing)
                .problems());
        if (!all.isEmpty()) {
            throw new InvalidFlagException(all);
        }
        return new RolloutPlan(climb, judging, rules, preconditions, hooks, stepBack, holdBack, watched, missing);
    }

    /** The stages with the bake that all have, and with the hold-back taken from the last. */
    private List<Stage> climb() {
        List<Stage> climb = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            boolean last = i == stages.size() - 1;
            Percentage percentage = last && stage.percentage().isFull()
                    ? new Percentage(Percentage.BUCKETS - holdBack.buckets())
                    : stage.percentage();
            boolean silent = !last && stage.bake().isZero() && !RolloutPlan.needsApproval(stage);
            climb.add(places.moved(
                    stage, new Stage(percentage, silent && bake != null ? bake : stage.bake(), stage.extra())));
        }
        return climb;
    }

    private Duration soak(List<Stage> climb) {
        if (soak != null) {
            return soak;
        }
        Duration said =
                climb.isEmpty() ? Duration.ZERO : climb.get(climb.size() - 1).bake();
        return said.isZero() ? RolloutPlan.SOAK : said;
    }
}
