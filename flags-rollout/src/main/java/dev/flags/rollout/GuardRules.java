package dev.flags.rollout;

import dev.flags.model.FlagKeys;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun.Stage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What guards and rules for advancing must keep to. Not thread-safe; confine it to one thread. */
final class GuardRules {
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/$-]{0,63}");

    /** Beyond the largest ratio that the comparison looks for, it would find nothing. */
    private static final double MOST_MARGIN = 30;

    private static final String GUARDS = "guards";
    private static final String PERCENT = " must lie between 0% and 100%, was ";

    private final PlanPlaces places;
    private final List<Problem> problems;
    private final List<Stage> stages;
    private final Duration soak;

    GuardRules(PlanPlaces places, List<Problem> problems, List<Stage> stages, Duration soak) {
        this.places = places;
        this.problems = problems;
        this.stages = stages;
        this.soak = soak;
    }

    GuardRules guards(List<Guard> guards) {
        Set<String> names = new HashSet<>();
        for (Guard guard : guards) {
            name(guard, GUARDS, guard.name(), names);
            guard(guard);
        }
        return this;
    }

    GuardRules advance(List<AdvanceRule> rules) {
        Set<String> names = new HashSet<>();
        for (AdvanceRule rule : rules) {
            name(rule, "advance", rule.name(), names);
            share(rule, "advance", rule.name(), "the threshold", rule.below());
            if (rule.minimum() < 1) {
                add(rule, "advance", rule.name(), "needs at least 1 call, was 'min " + rule.minimum() + "'");
            }
            bound(rule, "advance", rule.name(), rule.bad());
        }
        return this;
    }

    private void name(Object part, String list, String name, Set<String> names) {
        if (!names.add(name)) {
            add(part, list, name, "there are two of the name '" + name + "'; name them apart, as 'other-name: …'");
        }
        FlagKeys.problemWith(name).ifPresent(problem -> add(part, list, name, "the name '" + name + "' " + problem));
    }

    private void guard(Guard guard) {
        String name = guard.name();
        if (guard instanceof Guard.Rate rate) {
            share(guard, GUARDS, name, "the threshold", rate.threshold());
            if (rate.minimum() < 1) {
                add(guard, "needs at least 1 call, was 'min " + rate.minimum() + "'");
            }
            bound(guard, GUARDS, name, rate.bad());
            sustain(guard, rate.sustain());
        } else if (guard instanceof Guard.CriticalCodes critical) {
            codes(critical);
        } else if (guard instanceof Guard.Compared compared) {
            alpha(guard, compared.alpha());
            if (!(compared.margin() >= 1 && compared.margin() < MOST_MARGIN)) {
                add(guard, "the margin must be at least 1x and below 30x, was " + compared.margin() + "x");
            }
        } else if (guard instanceof Guard.SampleRatio ratio) {
            alpha(guard, ratio.alpha());
        } else if (guard instanceof Guard.Survivors survivors) {
            share(guard, GUARDS, name, "the share of instances", survivors.share());
            sustain(guard, survivors.sustain());
        } else if (guard instanceof Guard.Breakers breakers) {
            share(guard, GUARDS, name, "the share of instances", breakers.share());
        } else if (guard instanceof Guard.Measured measured) {
            measured(measured);
        }
    }

    private void codes(Guard.CriticalCodes critical) {
        for (String code : critical.codes()) {
            if (!CODE.matcher(code).matches()) {
                add(
                        critical,
                        "'" + code
                                + "' is no code: 1 to 64 letters, digits, '.', '_', ':', '/', '$', '-', beginning with a letter"
                                + " or digit");
            }
        }
        if (critical.codes().isEmpty()) {
            add(critical, "names no codes");
        }
    }

    private void measured(Guard.Measured measured) {
        FlagKeys.problemWith(measured.measurement())
                .ifPresent(problem -> add(measured, "the measurement's name " + problem));
        if (!Double.isFinite(measured.bound())) {
            add(measured, "is held against no number");
        }
        if (measured.sustain().isNegative()) {
            add(measured, "watches less than no time");
        } else {
            fits(measured, measured.sustain());
        }
    }

    private void share(Object part, String list, String name, String what, double share) {
        if (!(share > 0 && share < 1)) {
            String shown = Double.isFinite(share) ? ShareText.of(share) : String.valueOf(share);
            add(part, list, name, what + PERCENT + shown);
        }
    }

    private void alpha(Guard guard, double alpha) {
        if (!(alpha > 0 && alpha <= 0.5)) {
            add(guard, "alpha, the chance of a false alarm, must be above 0 and at most 0.5, was " + alpha);
        }
    }

    private void bound(Object part, String list, String name, Guard.Bad bad) {
        if (bad instanceof Guard.Bad.SlowerThan slow
                && (slow.bound().isZero() || slow.bound().isNegative())) {
            add(part, list, name, "the time that a call may take must be above zero");
        }
    }

    private void sustain(Guard guard, Duration sustain) {
        if (sustain.compareTo(PlanRules.WINDOW) < 0) {
            add(guard, "watches " + DurationText.of(sustain) + ", less than a window of outcomes, 10s");
        } else {
            fits(guard, sustain);
        }
    }

    /** What is watched lies within one stage, so that a stage that is shorter can never be found bad. */
    private void fits(Guard guard, Duration sustain) {
        for (int i = 0; i < stages.size(); i++) {
            boolean last = i == stages.size() - 1;
            Stage stage = stages.get(i);
            Duration bake = bake(stages, soak, i);
            boolean saidAlready = bake.compareTo(PlanRules.WINDOW) < 0;
            if (!saidAlready && sustain.compareTo(bake) > 0) {
                add(
                        guard,
                        "watches " + DurationText.of(sustain) + ", longer than "
                                + (last
                                        ? "the soak of " + DurationText.of(bake) + " at the last stage"
                                        : "the bake of " + DurationText.of(bake) + " of stage " + (i + 1) + " ("
                                                + stage.percentage() + ")")
                                + ", so that it could never be breached there; say a shorter 'for', or a longer "
                                + (last ? "soak" : "bake"));
                return;
            }
        }
    }

    private void add(Guard guard, String message) {
        add(guard, GUARDS, guard.name(), message);
    }

    private void add(Object part, String list, String name, String message) {
        problems.add(places.problem(part, list, name, message));
    }

    /** The shortest time that a controller stays anywhere on the way up. */
    static Optional<Duration> shortestBake(List<Stage> stages, Duration soak) {
        Optional<Duration> shortest = Optional.empty();
        for (int i = 0; i < stages.size(); i++) {
            Duration bake = bake(stages, soak, i);
            if (!bake.isZero() && shortest.filter(s -> s.compareTo(bake) <= 0).isEmpty()) {
                shortest = Optional.of(bake);
            }
        }
        return shortest;
    }

    /** How long a controller stays at a stage; zero where it waits for a person, or does not stay. */
    private static Duration bake(List<Stage> stages, Duration soak, int stage) {
        if (stage == stages.size() - 1) {
            return soak;
        }
        return RolloutPlan.needsApproval(stages.get(stage))
                ? Duration.ZERO
                : stages.get(stage).bake();
    }
}
