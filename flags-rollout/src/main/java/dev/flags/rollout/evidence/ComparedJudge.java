package dev.flags.rollout.evidence;

import dev.flags.model.Percentage;
import dev.flags.rollout.Guard;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Guard.Arm;
import dev.flags.rollout.Verdict.Status;
import dev.flags.rollout.statistics.RateRatio;
import dev.flags.rollout.statistics.SampleRatio;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Judges by evidence that grows from factor to factor: is the treatment worse, is the split what it should be?
 *
 * <p>The chance of a false alarm is bounded for the moment at which the evidence first passes the bound, so a breach that takes the
 * treatment back stays one, even where the evidence falls again before anybody has acted. One that only holds is over when the evidence
 * has fallen below 0.8 of the bound.
 */
final class ComparedJudge {
    private static final double CLEARED = 0.8;
    /** For so many windows, five minutes, nobody has to have been drawn for the treatment before that counts as missing. */
    static final int NOBODY = 30;

    private final Learnt learnt;

    ComparedJudge(Learnt learnt) {
        this.learnt = learnt;
    }

    Finding judge(Guard.Compared guard, @Nullable Standing before) {
        Comparison comparison = guard.latency() ? learnt.slowness : learnt.failures;
        RateRatio process = comparison.of(guard);
        double bound = RateRatio.logBound(guard.alpha());
        boolean takesBack = guard.action() == Action.ROLL_BACK || guard.action() == Action.STEP_BACK;
        boolean breached = process.fires(guard.alpha())
                || (takesBack && comparison.hasFired(guard))
                || isStillBreached(process.logE(), bound, before);
        Status status = breached ? Status.BREACHED : status(process, bound);
        return new Finding(
                status,
                OptionalDouble.of(process.logE()),
                bound,
                OptionalDouble.of(process.logE()),
                false,
                line(guard, Arm.TREATMENT),
                line(guard, Arm.CONTROL),
                text(guard, process, bound, status));
    }

    private static boolean isStillBreached(double logE, double bound, @Nullable Standing before) {
        return before != null && before.isBreached() && logE >= CLEARED * bound;
    }

    private Status status(RateRatio process, double bound) {
        if (learnt.isSilent()) {
            return Status.NO_DATA;
        }
        if (learnt.watched() == 0 || process.logE() >= bound) {
            return Status.UNSETTLED;
        }
        if (isComparable() && learnt.stage.sums().of(Arm.TREATMENT).users() == 0) {
            return learnt.watched() < NOBODY ? Status.UNSETTLED : Status.NO_DATA;
        }
        return Status.HEALTHY;
    }

    private boolean isComparable() {
        return !learnt.served.isZero() && !learnt.served.isFull();
    }

    private String text(Guard.Compared guard, RateRatio process, double bound, Status status) {
        String measured = "evidence " + Sentences.evidence(process.logE()) + " of " + Sentences.evidence(bound);
        if (learnt.isSilent()) {
            return "nobody has reported for a minute; " + measured;
        }
        if (!isComparable() && learnt.watched() > 0) {
            return "at " + learnt.served + " there is nobody to compare with; " + measured;
        }
        if (status == Status.UNSETTLED && process.logE() >= bound) {
            return measured + ", but only " + process.state().failedTreatment() + " users of the treatment, "
                    + RateRatio.LEAST_FAILED + " are needed";
        }
        WindowSums shown = learnt.history.sum(learnt.history.last() - History.SHOWN + 1, learnt.history.last());
        String what = guard.latency() ? " of users were slow" : " of calls failed";
        return measured + "; lately " + share(guard, shown.of(Arm.TREATMENT)) + what + " in the treatment and "
                + share(guard, shown.of(Arm.CONTROL)) + " in the control";
    }

    private static String share(Guard.Compared guard, ArmSums arm) {
        double share = ratio(guard, arm);
        return Double.isNaN(share) ? "none" : Sentences.percent(share);
    }

    private List<Double> line(Guard.Compared guard, Arm arm) {
        return learnt.history.line(window -> ratio(guard, window.of(arm)));
    }

    private static double ratio(Guard.Compared guard, ArmSums arm) {
        ToLongFunction<ArmSums> all = guard.latency() ? ArmSums::users : ArmSums::calls;
        long bad = guard.latency() ? arm.slowUsers() : arm.failures();
        return all.applyAsLong(arm) == 0 ? Double.NaN : (double) bad / all.applyAsLong(arm);
    }

    Finding judge(Guard.SampleRatio guard, @Nullable Standing before) {
        SampleRatio ratio = learnt.exposures.ratio();
        double logE = ratio.logE();
        double bound = RateRatio.logBound(guard.alpha());
        boolean breached = ratio.fires(guard.alpha()) || isStillBreached(logE, bound, before);
        Status status = breached
                ? Status.BREACHED
                : learnt.isSilent() ? Status.NO_DATA : learnt.watched() == 0 ? Status.UNSETTLED : Status.HEALTHY;
        long treated = 0;
        long all = 0;
        double expected = 0;
        for (var stratum : ratio.strata().entrySet()) {
            long here = stratum.getValue().treatment() + stratum.getValue().control();
            treated += stratum.getValue().treatment();
            all += here;
            expected += (double) here * stratum.getKey().buckets() / Percentage.BUCKETS;
        }
        String seen = all == 0
                ? "no user was followed yet"
                : Sentences.percent((double) treated / all) + " of " + Sentences.count(all)
                        + " followed users met the treatment first, expected " + Sentences.percent(expected / all);
        return new Finding(
                status,
                OptionalDouble.of(logE),
                bound,
                OptionalDouble.of(logE),
                false,
                List.of(),
                List.of(),
                seen + "; evidence " + Sentences.evidence(logE) + " of " + Sentences.evidence(bound));
    }
}
