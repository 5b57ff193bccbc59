package dev.flags.rollout.statistics;

import dev.flags.model.Percentage;
import java.time.Duration;
import java.util.Optional;

/**
 * How long {@link RateRatio} takes, typically, to see a treatment that is worse from the first factor on.
 *
 * <p>E's logarithm grows at {@code λ·[q·ln(r/m) − ln((1+ρ(r−1)) / (1+ρ(m−1)))]} a second for the grid value r that suits best; λ is how
 * many users fail a second and q the treatment's part of them. It has to reach {@code ln(1/α)}, and the mean over the grid of G values
 * costs ln G:
 *
 * <pre>t* = (ln(1/α) + ln G) / ( λ·[ q·ln r − ln(1+ρ(r−1)) ] )      with m = 1, G = 7
 * λ = users/s·(ρ·pT + (1−ρ)·pC),  q = ρ·pT / (ρ·pT + (1−ρ)·pC)</pre>
 *
 * <p>A fault that begins later, at the j-th factor, adds {@code ln(1/π_j)} to the numerator. Windows add what they last. Safe for use by
 * multiple threads.
 */
public final class DetectionTime {
    private DetectionTime() {}

    /**
     * How long it takes, with {@link RateRatio#LEAST_FAILED} users failing at least. Empty when it is never seen: the treatment is not
     * worse than the margin allows, or by so little that no grid value gains from it; an arm is empty; nobody comes.
     *
     * @param percentage of users who get the treatment
     * @param usersPerSecond of both arms who call in a second, each counted once in a window
     * @param controlRate the share of them that fails in the control, 0 to 1
     * @param treatmentRate the share that fails in the treatment, 0 to 1
     * @param alpha the probability of a false alarm that is accepted
     * @param margin of the comparison
     */
    public static Optional<Duration> of(
            Percentage percentage,
            double usersPerSecond,
            double controlRate,
            double treatmentRate,
            double alpha,
            double margin) {
        requireRate(controlRate);
        requireRate(treatmentRate);
        double[] ratios = RateRatio.ratiosAbove(margin);
        double rho = (double) percentage.buckets() / Percentage.BUCKETS;
        double failingTreatment = usersPerSecond * rho * treatmentRate;
        double failing = failingTreatment + usersPerSecond * (1 - rho) * controlRate;
        double best = 0;
        for (double ratio : ratios) {
            double gain = failingTreatment * Math.log(ratio / margin)
                    - failing * (Math.log1p(rho * (ratio - 1)) - Math.log1p(rho * (margin - 1)));
            best = Math.max(best, gain);
        }
        if (rho == 0 || rho == 1 || !(best > 0)) {
            return Optional.empty();
        }
        double seconds = Math.max(
                (RateRatio.logBound(alpha) + Math.log(ratios.length)) / best,
                RateRatio.LEAST_FAILED / failingTreatment);
        // by then nobody waits; and a Duration of some billions of years overflows where it is printed or added
        return seconds > Duration.ofDays(36_500).toSeconds()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    private static void requireRate(double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("a failure rate is between 0 and 1, was " + rate);
        }
    }
}
