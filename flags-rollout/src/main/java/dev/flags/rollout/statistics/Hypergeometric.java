package dev.flags.rollout.statistics;

import dev.flags.rollout.statistics.RateRatio.Factor;

/**
 * The exact conditional likelihood of two arms: given that K of all users failed, how many of them are the treatment's.
 *
 * <p>Only a stretch around the largest term is summed, each term from its neighbour by their ratio; the terms fall off on both sides
 * at least geometrically. A factor of a million users with a hundred thousand failures takes some 3,000 terms.
 */
final class Hypergeometric {
    /** Terms below this part of the sum are left out. */
    private static final double NEGLIGIBLE = 1e-18;

    private final double treatment;
    private final double control;
    private final double failed;

    private Hypergeometric(Factor factor) {
        this.treatment = factor.usersTreatment();
        this.control = factor.usersControl();
        this.failed = factor.failed();
    }

    /** {@code eT·ln ω − ln Σ_y H(y; nT, nC, K)·ω^y}: how much likelier the odds ratio ω makes what was seen than the ratio 1. */
    static double logLikelihood(Factor factor, double omega) {
        return factor.failedTreatment() * Math.log(omega) - new Hypergeometric(factor).logExpectation(omega);
    }

    /** {@code ln E[ω^y]}. */
    private double logExpectation(double omega) {
        double least = Math.max(0, failed - control);
        double most = Math.min(treatment, failed);
        double mode = mode(omega, least, most);
        double sum = 1;
        double term = 1;
        for (double y = mode; y < most && term > NEGLIGIBLE * sum; y++) {
            term *= step(y, omega);
            sum += term;
        }
        term = 1;
        for (double y = mode; y > least && term > NEGLIGIBLE * sum; y--) {
            term /= step(y - 1, omega);
            sum += term;
        }
        return logProbability(mode) + mode * Math.log(omega) + Math.log(sum);
    }

    /** The term of y + 1 as a multiple of that of y. It falls as y rises. */
    private double step(double y, double omega) {
        return (treatment - y) / (y + 1) * ((failed - y) / (control - failed + y + 1)) * omega;
    }

    /** Where the largest term is: the first y whose successor is not larger. */
    private double mode(double omega, double least, double most) {
        double low = least;
        double high = most;
        while (low < high) {
            double middle = Math.floor((low + high) / 2);
            if (step(middle, omega) > 1) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** ln H(y), as three binomials with the pooled rate. */
    private double logProbability(double y) {
        double all = treatment + control;
        double rate = failed / all;
        return logBinomial(y, treatment, rate)
                + logBinomial(failed - y, control, rate)
                - logBinomial(failed, all, rate);
    }

    /**
     * The binomial probability by its saddle point, precise for millions (Loader, Fast and accurate computation of binomial
     * probabilities, 2000).
     */
    private static double logBinomial(double k, double n, double p) {
        if (k == 0) {
            return n * Math.log1p(-p);
        }
        if (k == n) {
            return n * Math.log(p);
        }
        return LogGamma.stirlingError(n)
                - LogGamma.stirlingError(k)
                - LogGamma.stirlingError(n - k)
                - deviance(k, n * p)
                - deviance(n - k, n * (1 - p))
                + 0.5 * Math.log(n / (2 * Math.PI * k * (n - k)));
    }

    /** {@code x ln(x/m) + m − x}. */
    private static double deviance(double x, double m) {
        double relative = (m - x) / x;
        return x * (relative - Math.log1p(relative));
    }
}
