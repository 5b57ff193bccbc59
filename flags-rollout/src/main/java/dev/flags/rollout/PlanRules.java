package dev.flags.rollout;

import dev.flags.model.FlagKeys;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a plan must keep to, all problems at once. Not thread-safe; confine it to one thread. */
final class PlanRules {
    /** A window of outcomes. */
    static final Duration WINDOW = Duration.ofSeconds(10);

    private static final int MAX_BOUNDS = 7;
    private static final int MAX_PARTS = 100;
    private static final Duration MISSING_LEAST = Duration.ofMinutes(1);
    private static final String STAGES = "stages";

    private final PlanPlaces places;
    private final List<Problem> problems = new ArrayList<>();

    PlanRules(PlanPlaces places) {
        this.places = places;
    }

    List<Problem> problems() {
        return problems;
    }

    PlanRules stages(List<Stage> stages, Percentage holdBack, boolean guarded) {
        if (stages.isEmpty()) {
            add(STAGES, "must not be empty");
        }
        count(STAGES, stages.size());
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            Percentage percentage = stage.percentage();
            if (percentage.isZero()) {
                stage(stage, i, "serves nobody; a stage is above 0 %");
            } else if (i > 0 && percentage.compareTo(stages.get(i - 1).percentage()) <= 0) {
                stage(
                        stage,
                        i,
                        percentage + " is not above " + stages.get(i - 1).percentage() + "; stages must rise");
            }
            if (stage.bake().isNegative()) {
                stage(stage, i, "has a bake below zero");
            } else if (guarded) {
                bake(stage, i, i == stages.size() - 1);
            }
        }
        if (!holdBack.isZero() && !stages.isEmpty()) {
            Percentage most = new Percentage(Percentage.BUCKETS - holdBack.buckets());
            Stage last = stages.get(stages.size() - 1);
            if (last.percentage().compareTo(most) > 0) {
                stage(
                        last,
                        stages.size() - 1,
                        "with a hold-back of " + holdBack + " the last stage is at most " + most);
            }
        }
        return this;
    }

    private void bake(Stage stage, int index, boolean last) {
        if (stage.bake().isZero() && !last && !RolloutPlan.needsApproval(stage)) {
            stage(
                    stage,
                    index,
                    "has no bake, so that no guard could see anything before the next stage; say how long it is watched, as "
                            + ShareText.of(stage.percentage().toBigDecimal())
                            + ":15m, or that a person approves of the next");
        } else if (!stage.bake().isZero() && stage.bake().compareTo(WINDOW) < 0) {
            stage(stage, index, "has a bake of " + DurationText.of(stage.bake()) + "; guards see windows of 10s");
        }
    }

    PlanRules soak(Duration soak, boolean guarded) {
        if (soak.isNegative()) {
            add("soak", "must not be negative");
        } else if (guarded && !soak.isZero() && soak.compareTo(WINDOW) < 0) {
            add("soak", "of " + DurationText.of(soak) + " is less than a window of outcomes, 10s");
        }
        return this;
    }

    PlanRules guards(List<Guard> guards, List<AdvanceRule> advance, List<Stage> stages, Duration soak) {
        count("guards", guards.size());
        count("advance", advance.size());
        new GuardRules(places, problems, stages, soak).guards(guards).advance(advance);
        Set<Duration> bounds = new TreeSet<>(RolloutPlan.latencyBounds(guards, advance));
        boolean compared = guards.stream().anyMatch(g -> g instanceof Guard.Compared c && c.latency());
        int most = compared ? MAX_BOUNDS - 1 : MAX_BOUNDS;
        if (bounds.size() > most) {
            add(
                    "guards",
                    "and rules for advancing have " + bounds.size()
                            + " different latency bounds; instances count calls by at most " + MAX_BOUNDS
                            + (compared ? ", one of them for 'latency worse than control'" : ""));
        }
        return this;
    }

    PlanRules preconditions(List<Precondition> preconditions) {
        count("preconditions", preconditions.size());
        Set<String> names = new HashSet<>();
        for (Precondition precondition : preconditions) {
            String name = precondition.name();
            if (!names.add(name)) {
                add(precondition, "preconditions", name, "is there twice");
            }
            precondition.problem().ifPresent(problem -> add(precondition, "preconditions", name, problem));
        }
        return this;
    }

    PlanRules hooks(List<HookUse> hooks) {
        count("hooks", hooks.size());
        Set<String> names = new HashSet<>();
        for (HookUse hook : hooks) {
            String place = hook.at().text() + "/" + hook.hook();
            if (!names.add(place)) {
                add(hook, "hooks", place, "is there twice");
            }
            FlagKeys.problemWith(hook.hook())
                    .ifPresent(problem -> add(hook, "hooks", place, "the hook's name " + problem));
            if (hook.gate() && hook.at() != HookUse.Event.START && hook.at() != HookUse.Event.BEFORE_RAISE) {
                add(
                        hook,
                        "hooks",
                        place,
                        "only a hook at start or before-raise can be a gate: there is nothing else to refuse");
            }
        }
        return this;
    }

    PlanRules stepBack(StepBack stepBack) {
        List<Percentage> levels = stepBack.levels();
        for (int i = 0; i < levels.size(); i++) {
            if (levels.get(i).isFull()) {
                add("stepBack/levels", "100% is no step down");
            } else if (i > 0 && levels.get(i).compareTo(levels.get(i - 1)) >= 0) {
                add("stepBack/levels", levels.get(i) + " is not below " + levels.get(i - 1) + "; levels must fall");
            }
        }
        if (!levels.isEmpty() && !levels.get(levels.size() - 1).isZero()) {
            add("stepBack/levels", "must end at 0, where a rollout that is unhealthy at every level has to go");
        }
        if (stepBack.bake().compareTo(WINDOW) < 0) {
            add("stepBack/bake", "must be at least a window of outcomes, 10s");
        }
        return this;
    }

    PlanRules missing(RolloutPlan.Missing missing) {
        Guard.Action action = missing.action();
        if (action != Guard.Action.HOLD && action != Guard.Action.ROLL_BACK) {
            add("missing/action", "must be hold or rollback, was " + action.text());
        } else if (missing.after().isNegative()) {
            add("missing/after", "must not be negative");
        } else if (action == Guard.Action.ROLL_BACK && missing.after().compareTo(MISSING_LEAST) < 0) {
            add("missing/after", "must be at least 1m to roll back: outcomes may come three windows of 10s late");
        }
        return this;
    }

    private void count(String list, int size) {
        if (size > MAX_PARTS) {
            add(list, "has " + size + " elements, at most " + MAX_PARTS + " are allowed");
        }
    }

    private void stage(Stage stage, int index, String message) {
        add(stage, STAGES, index + 1, message);
    }

    private void add(Object part, String list, Object numberOrName, String message) {
        problems.add(places.problem(part, list, numberOrName, message));
    }

    private void add(String field, String message) {
        problems.add(places.problem(field, message));
    }
}
