package dev.flags.cli;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.statistics.DetectionTime;
import dev.flags.rollout.statistics.Wilson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a plan would see of a degradation, before anything starts: for each stage, which guard of failures would act first, and after how long. The fault is
 * there from the stage's beginning; guards on latency, codes and measurements are left aside. Immutable.
 *
 * @param usersPerSecond of both arms, who call in a second
 * @param healthy the share of calls that fails in the control, 0 to 1
 * @param degraded the share that fails in the treatment, 0 to 1
 */
record Forecast(RolloutPlan plan, double usersPerSecond, double healthy, double degraded) {
    /** A window has to be over, and the next to have begun, before its row counts. */
    private static final Duration REPORTED_AFTER = OutcomeRow.WINDOW;

    /** A rate that is so many times its threshold, or above a half, is acted on in a fifth of the time. */
    private static final int FAR_ABOVE = 5;

    private static final double HALF = 0.5;

    /** It widens up to so many times where too little is reported. */
    private static final int WIDEST = 6;

    /**
     * What one guard does at one stage.
     *
     * @param within empty: it does not see it there
     */
    record Sight(Guard guard, Optional<Duration> within) {}

    /**
     * One stage.
     *
     * @param watched its bake; of the last the soak
     * @param sights of the guards that watch failures, quickest first, those that see nothing last
     */
    record Stage(Percentage percentage, Duration watched, boolean last, List<Sight> sights) {
        /** The one that acts first, and how soon. */
        Optional<Sight> first() {
            return sights.stream().filter(sight -> sight.within().isPresent()).findFirst();
        }

        /** The first that takes the treatment away, and how soon. */
        Optional<Sight> firstBack() {
            return sights.stream()
                    .filter(sight -> sight.within().isPresent())
                    .filter(sight -> sight.guard().action() == Guard.Action.ROLL_BACK
                            || sight.guard().action() == Guard.Action.STEP_BACK)
                    .findFirst();
        }

        /** Whether the degradation is seen before the stage is left; one that waits for a person is left when that person likes. */
        boolean suffices() {
            return first().flatMap(Sight::within)
                    .filter(time -> watched.isZero() || time.compareTo(watched) <= 0)
                    .isPresent();
        }
    }

    List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < plan.stages().size(); i++) {
            RolloutRun.Stage stage = plan.stages().get(i);
            boolean last = i == plan.stages().size() - 1;
            stages.add(
                    new Stage(stage.percentage(), last ? plan.soak() : stage.bake(), last, sights(stage.percentage())));
        }
        return stages;
    }

    private List<Sight> sights(Percentage percentage) {
        return plan.guards().stream()
                .filter(Forecast::watchesFailures)
                .map(guard -> new Sight(guard, within(guard, percentage)))
                .sorted(Comparator.comparing(sight -> sight.within().orElse(Duration.ofDays(36_500))))
                .toList();
    }

    private static boolean watchesFailures(Guard guard) {
        if (guard instanceof Guard.Compared compared) {
            return !compared.latency();
        }
        return guard instanceof Guard.Rate rate
                && rate.bad() instanceof Guard.Bad.Failed
                && rate.arm() == Guard.Arm.TREATMENT;
    }

    private Optional<Duration> within(Guard guard, Percentage percentage) {
        return guard instanceof Guard.Compared compared
                ? DetectionTime.of(percentage, usersPerSecond, healthy, degraded, compared.alpha(), compared.margin())
                        .map(REPORTED_AFTER::plus)
                : within((Guard.Rate) guard, percentage);
    }

    private Optional<Duration> within(Guard.Rate rate, Percentage percentage) {
        double perSecond = usersPerSecond * percentage.buckets() / Percentage.BUCKETS;
        Duration fast = rate.sustain().dividedBy(FAR_ABOVE);
        double farAbove = Math.min(FAR_ABOVE * rate.threshold(), HALF);
        if (isAbove(perSecond, fast, farAbove, rate.minimum())) {
            return Optional.of(fast.plus(REPORTED_AFTER));
        }
        for (int wider = 1; wider <= WIDEST; wider++) {
            Duration window = rate.sustain().multipliedBy(wider);
            if (isAbove(perSecond, window, rate.threshold(), rate.minimum())) {
                return Optional.of(window.plus(REPORTED_AFTER));
            }
        }
        return Optional.empty();
    }

    private boolean isAbove(double perSecond, Duration window, double threshold, int minimum) {
        long calls = (long) Math.min(Integer.MAX_VALUE, perSecond * window.toSeconds());
        return calls >= minimum && Wilson.lower(Math.round(calls * degraded), calls) > threshold;
    }
}
