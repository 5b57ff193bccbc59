package dev.flags.rollout;

import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Guard.Arm;
import dev.flags.rollout.Guard.Bad;
import dev.flags.rollout.Guard.Breakers;
import dev.flags.rollout.Guard.Compared;
import dev.flags.rollout.Guard.CriticalCodes;
import dev.flags.rollout.Guard.Measured;
import dev.flags.rollout.Guard.Rate;
import dev.flags.rollout.Guard.SampleRatio;
import dev.flags.rollout.Guard.Survivors;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Collectors;

/**
 * Guards and rules for advancing as text. What is written here is read by {@link GuardReader} into the same guard; what equals the
 * default is left out, except the action, which is what people look for.
 */
final class GuardText {
    static final String AVAILABILITY = "availability";
    static final int MINIMUM = 100;
    static final Duration SUSTAIN = Duration.ofMinutes(1);
    static final double SAMPLE_RATIO_ALPHA = 0.001;
    static final double SURVIVORS = 0.8;
    private static final double ROLLBACK_ALPHA = 0.01;
    private static final double HOLD_ALPHA = 0.05;
    private static final BigDecimal HALF = BigDecimal.valueOf(50);

    private GuardText() {}

    /** Falling back on a false alarm costs more than stopping on one. */
    static double alpha(Action action) {
        return action == Action.ROLL_BACK || action == Action.STEP_BACK ? ROLLBACK_ALPHA : HOLD_ALPHA;
    }

    static String of(Guard guard) {
        String action = " -> " + guard.action().text();
        String severity = guard.severity() == Severity.of(guard.action())
                ? ""
                : " severity " + guard.severity().text();
        boolean availability = guard instanceof Rate rate && isAvailability(rate.name(), rate.bad());
        return (availability ? "" : named(guard.name(), nameOf(guard))) + rule(guard) + action + severity;
    }

    static String of(AdvanceRule rule) {
        if (isAvailability(rule.name(), rule.bad())) {
            return AVAILABILITY + " > " + available(rule.below()) + minimum(rule.minimum());
        }
        String text = rule.bad() instanceof Bad.SlowerThan slow
                ? quantile(slow.bound(), rule.below(), "<")
                : "error-rate < " + ShareText.of(rule.below());
        return named(rule.name(), nameOf(rule)) + text + minimum(rule.minimum());
    }

    /** It is the same as a rate of errors, and goes on to be shown as it was written. */
    private static boolean isAvailability(String name, Bad bad) {
        return bad instanceof Bad.Failed && name.equals(AVAILABILITY);
    }

    private static String available(double failing) {
        return ShareText.of(ShareText.rest(ShareText.percent(failing))) + "%";
    }

    private static String named(String name, String usual) {
        return name.equals(usual) ? "" : name + ": ";
    }

    private static String rule(Guard guard) {
        if (guard instanceof Rate rate) {
            return rate(rate);
        }
        if (guard instanceof CriticalCodes critical) {
            return "code "
                    + critical.codes().stream()
                            .sorted(Comparator.naturalOrder())
                            .collect(Collectors.joining(","));
        }
        if (guard instanceof Compared compared) {
            return (compared.latency() ? "latency" : "failures") + " worse than control"
                    + (compared.margin() == 1 ? "" : " by " + number(compared.margin()) + "x")
                    + (compared.alpha() == alpha(compared.action()) ? "" : " alpha " + number(compared.alpha()));
        }
        if (guard instanceof SampleRatio ratio) {
            return "sample-ratio" + (ratio.alpha() == SAMPLE_RATIO_ALPHA ? "" : " alpha " + number(ratio.alpha()));
        }
        if (guard instanceof Survivors survivors) {
            return "survivors < " + ShareText.of(survivors.share()) + " for " + DurationText.of(survivors.sustain());
        }
        if (guard instanceof Breakers breakers) {
            return "breakers > " + ShareText.of(breakers.share());
        }
        Measured measured = (Measured) guard;
        return "measure " + measured.measurement() + (measured.above() ? " > " : " < ") + number(measured.bound())
                + (measured.sustain().isZero() ? "" : " for " + DurationText.of(measured.sustain()));
    }

    private static String rate(Rate rate) {
        String text;
        if (rate.bad() instanceof Bad.SlowerThan slow) {
            text = quantile(slow.bound(), rate.threshold(), ">");
        } else if (isAvailability(rate.name(), rate.bad())) {
            text = AVAILABILITY + " < " + available(rate.threshold());
        } else {
            text = "error-rate > " + ShareText.of(rate.threshold());
        }
        return text + " for " + DurationText.of(rate.sustain()) + minimum(rate.minimum())
                + (rate.arm() == Arm.CONTROL ? " of control" : "");
    }

    private static String minimum(int minimum) {
        return minimum == MINIMUM ? "" : " min " + minimum;
    }

    /** "p95 &gt; 3s" where that is what people call it. */
    private static String quantile(Duration bound, double share, String than) {
        BigDecimal percent = ShareText.percent(share);
        return isQuantile(percent)
                ? "p" + ShareText.of(ShareText.rest(percent)) + " " + than + " " + DurationText.of(bound)
                : "slower-than " + DurationText.of(bound) + " " + than + " " + ShareText.of(share);
    }

    private static boolean isQuantile(BigDecimal percent) {
        return percent.signum() > 0
                && percent.compareTo(HALF) <= 0
                && percent.stripTrailingZeros().scale() <= 3;
    }

    private static String number(double value) {
        return ShareText.of(BigDecimal.valueOf(value));
    }

    /** What a guard is called when nobody gave it a name. */
    static String nameOf(Guard guard) {
        if (guard instanceof Rate rate) {
            return (rate.arm() == Arm.CONTROL ? "control-" : "") + nameOf(rate.bad(), rate.threshold());
        }
        if (guard instanceof CriticalCodes) {
            return "critical-codes";
        }
        if (guard instanceof Compared compared) {
            return compared.latency() ? "latency-worse" : "failures-worse";
        }
        if (guard instanceof SampleRatio) {
            return "sample-ratio";
        }
        if (guard instanceof Survivors) {
            return "survivors";
        }
        return guard instanceof Breakers ? "breakers" : ((Measured) guard).measurement();
    }

    static String nameOf(AdvanceRule rule) {
        return nameOf(rule.bad(), rule.below());
    }

    private static String nameOf(Bad bad, double share) {
        if (!(bad instanceof Bad.SlowerThan slow)) {
            return "error-rate";
        }
        BigDecimal percent = ShareText.percent(share);
        return (isQuantile(percent) ? "p" + ShareText.of(ShareText.rest(percent)) : "slower-than") + "-"
                + DurationText.of(slow.bound());
    }
}
