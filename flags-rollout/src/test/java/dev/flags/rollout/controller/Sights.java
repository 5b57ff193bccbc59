package dev.flags.rollout.controller;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.Guard;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunFields;
import dev.flags.rollout.Severity;
import dev.flags.rollout.StepBack;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import dev.flags.rollout.checks.Checks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What a state machine may be shown, put together piece by piece: by default a run that bakes at 10 %, with all guards healthy. */
final class Sights {
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    static final String KEY = "atomic-projects";

    static final Guard ERRORS = new Guard.Rate(
            "errors",
            new Guard.Bad.Failed(),
            Guard.Arm.TREATMENT,
            0.05,
            Duration.ofSeconds(10),
            100,
            Severity.CRITICAL,
            Action.ROLL_BACK);
    static final Guard CODES =
            new Guard.CriticalCodes("codes", Set.of("DATABASE_CONNECTION_LOST"), Severity.HIGH, Action.STEP_BACK);
    static final Guard SPLIT = new Guard.SampleRatio("split", 0.001, Severity.MEDIUM, Action.HOLD);

    private State state = State.RUNNING;
    private int stage;
    private List<Stage> stages = List.of(stage(10, 15), stage(50, 15), stage(100, 0));
    private Percentage percentage = Percentage.of(10);
    private Duration healthy = Duration.ZERO;
    private Instant since = NOW.minusSeconds(3_600);
    private Optional<Instant> calmSince = Optional.of(NOW.minusSeconds(3_600));
    private Optional<Instant> missingSince = Optional.empty();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Verdict> advance = new ArrayList<>();
    private boolean fresh = true;
    private boolean enabled = true;
    private boolean begun = true;
    private boolean manual;
    private Optional<String> unmet = Optional.empty();
    private boolean unanswered;
    private Optional<Checks.Answer> gate = Optional.empty();
    private Optional<Duration> latency = Optional.empty();
    private Optional<Look.Due> due = Optional.empty();
    private final List<HookUse> hooks = new ArrayList<>();
    private RolloutPlan.Missing missing = RolloutPlan.Missing.HOLD;
    private List<Percentage> levels = List.of();
    private final java.util.Map<String, Object> fields = new java.util.LinkedHashMap<>();

    static Sights of(State state) {
        Sights sights = new Sights();
        sights.state = state;
        sights.begun = state != State.PREFLIGHT;
        return sights;
    }

    static Stage stage(int percent, int bakeMinutes) {
        return new Stage(Percentage.of(percent), Duration.ofMinutes(bakeMinutes));
    }

    Sights stages(Stage... to) {
        stages = List.of(to);
        return this;
    }

    Sights stage(int index) {
        stage = index;
        percentage = stages.get(index).percentage();
        return this;
    }

    Sights at(int percent) {
        percentage = Percentage.of(percent);
        return this;
    }

    Sights healthyFor(Duration time) {
        healthy = time;
        return this;
    }

    Sights since(Duration ago) {
        since = NOW.minus(ago);
        return this;
    }

    Sights says(String guard, Status status, Action action) {
        verdicts.add(verdict(guard, status, action));
        return this;
    }

    Sights advanceSays(Status status) {
        advance.add(verdict("calm-errors", status, Action.HOLD));
        return this;
    }

    static Verdict verdict(String guard, Status status, Action action) {
        return new Verdict(
                guard,
                status,
                action,
                OptionalDouble.empty(),
                0,
                OptionalDouble.empty(),
                Optional.empty(),
                false,
                List.of(),
                List.of(),
                guard + " is " + status);
    }

    Sights calmFor(Duration time) {
        calmSince = Optional.of(NOW.minus(time));
        return this;
    }

    Sights missingFor(Duration time, RolloutPlan.Missing then) {
        missingSince = Optional.of(NOW.minus(time));
        missing = then;
        return this;
    }

    Sights stale() {
        fresh = false;
        return this;
    }

    Sights disabled() {
        enabled = false;
        return this;
    }

    Sights notBegun() {
        begun = false;
        return this;
    }

    Sights manual() {
        manual = true;
        return this;
    }

    Sights unmet(String why) {
        unmet = Optional.of(why);
        return this;
    }

    Sights unanswered() {
        unmet = Optional.of("no answer");
        unanswered = true;
        return this;
    }

    Sights gated() {
        hooks.add(new HookUse(HookUse.Event.BEFORE_RAISE, "gate", true));
        return this;
    }

    Sights gateSays(boolean passed) {
        gate = Optional.of(new Checks.Answer(passed, passed ? "" : "the change freeze is on"));
        return gated();
    }

    Sights latency(Duration bound) {
        latency = Optional.of(bound);
        return this;
    }

    Sights due(int level) {
        due = Optional.of(new Look.Due(Percentage.of(level), "decided before"));
        return this;
    }

    Sights levels(Integer... percents) {
        levels = java.util.Arrays.stream(percents).map(Percentage::of).toList();
        return this;
    }

    Sights with(String field, Object value) {
        fields.put(field, value);
        return this;
    }

    Sights heldByGuard() {
        return with(RunFields.HELD_PERCENTAGE, percentage.toString()).with(RunFields.WHY, "errors");
    }

    Sights approved() {
        return with(RunFields.APPROVED, (long) stage);
    }

    RolloutPlan plan() {
        return new RolloutPlan(
                stages,
                List.of(ERRORS, CODES, SPLIT),
                List.of(),
                List.of(),
                hooks,
                new StepBack(levels, Duration.ofMinutes(5)),
                Percentage.ZERO,
                RolloutPlan.SOAK,
                missing);
    }

    Look look() {
        RolloutPlan plan = plan();
        if (begun) {
            fields.putIfAbsent(RunFields.STAGE_SINCE, since.toString());
        }
        RolloutRun run = new RolloutRun(
                "run-1", state, stage, stages, NOW.minusSeconds(7_200), "ada", Percentage.ZERO, manual, fields);
        FlagDefinition definition = FlagDefinition.builder(KEY)
                .percentage(percentage)
                .enabled(enabled)
                .build();
        FlagState flag = new FlagState(
                KEY, 7, Optional.of(definition), Optional.empty(), Optional.of(run), NOW, "ada", List.of());
        Progress progress =
                new Progress(run.id(), stage, percentage, since, since, healthy, NOW, true, calmSince, missingSince);
        return new Look(
                flag,
                run,
                plan,
                progress,
                Judgement.of(plan, verdicts, state == State.ROLLING_BACK, missingSince, NOW),
                advance,
                fresh,
                unmet,
                unanswered,
                gate,
                latency,
                due,
                NOW);
    }

    Step next() {
        return RunMachine.next(look(), ControllerSettings.DEFAULT);
    }
}
