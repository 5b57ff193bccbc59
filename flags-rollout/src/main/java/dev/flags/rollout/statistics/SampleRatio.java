package dev.flags.rollout.statistics;

import dev.flags.model.Percentage;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Is the split itself right? Whether as many users met the treatment first as the percentage says: a mismatch means that the arms are not
 * drawn by lot (a cache, a bot, a path that loses users before they are counted), and then comparing them proves nothing.
 *
 * <p>For the n first exposures at one percentage, x₁ of them treated, x₂ not, and shares ρ₁, ρ₂ = 1 − ρ₁ expected, the evidence is the
 * ratio of a Dirichlet mixture of multinomials around ρ, with the concentration c = 1000, to the multinomial of ρ itself (Lindon and
 * Malek, arXiv 2011.03567):
 *
 * <pre>ln E = lnΓ(c) − lnΓ(c+n) + Σ[ lnΓ(cρᵢ+xᵢ) − lnΓ(cρᵢ) − xᵢ ln ρᵢ ]</pre>
 *
 * <p><b>Percentages are strata, and their E are multiplied.</b> An exposure adds to one stratum, that of the percentage at which the user
 * was met first, which is known before his arm is; it multiplies that stratum's E by a bet whose expectation is 1 given all exposures
 * before it, in whatever order the strata take turns. So the product is a martingale as each of them is, and by Ville's inequality passes
 * 1/α with a probability of at most α at any time. Pooling the counts against a mean of the shares would not be: how many are met at each
 * percentage is not drawn by that mean.
 *
 * <p>Each user counts once in a run; whoever counts sees to that. At 0 % and 100 % there is nothing to check. Immutable. Safe for use by
 * multiple threads.
 */
public final class SampleRatio {
    /** Nobody was met yet: E = 1. */
    public static final SampleRatio NONE = new SampleRatio(Map.of());

    private static final double CONCENTRATION = 1000;

    /** First exposures at one percentage: what must be stored. */
    public record Exposed(long treatment, long control) {
        public Exposed {
            if (treatment < 0 || control < 0) {
                throw new IllegalArgumentException(
                        "exposures are counted from 0, were " + treatment + " and " + control);
            }
        }
    }

    private final Map<Percentage, Exposed> strata;

    private SampleRatio(Map<Percentage, Exposed> strata) {
        this.strata = Collections.unmodifiableMap(new TreeMap<>(strata));
    }

    /** Goes on from {@link #strata()}. */
    public static SampleRatio of(Map<Percentage, Exposed> strata) {
        return new SampleRatio(strata);
    }

    /** All that was counted, percentages ascending. */
    public Map<Percentage, Exposed> strata() {
        return strata;
    }

    /**
     * With users who were met for the first time.
     *
     * @param percentage at which they were
     */
    public SampleRatio add(Percentage percentage, long treatment, long control) {
        Exposed more = new Exposed(treatment, control);
        Map<Percentage, Exposed> grown = new TreeMap<>(strata);
        grown.merge(percentage, more, (a, b) -> new Exposed(a.treatment() + b.treatment(), a.control() + b.control()));
        return new SampleRatio(grown);
    }

    /** ln E over all percentages: 0 without evidence. Always finite. */
    public double logE() {
        double sum = 0;
        for (Map.Entry<Percentage, Exposed> stratum : strata.entrySet()) {
            sum += logE(stratum.getKey(), stratum.getValue());
        }
        return sum;
    }

    /**
     * Whether the split is shown to be another than the percentage.
     *
     * @param alpha the probability of a false alarm that is accepted, over the whole run
     */
    public boolean fires(double alpha) {
        return logE() >= RateRatio.logBound(alpha);
    }

    private static double logE(Percentage percentage, Exposed exposed) {
        if (percentage.isZero() || percentage.isFull()) {
            return 0;
        }
        double share = (double) percentage.buckets() / Percentage.BUCKETS;
        long n = exposed.treatment() + exposed.control();
        return LogGamma.of(CONCENTRATION)
                - LogGamma.of(CONCENTRATION + n)
                + arm(share, exposed.treatment())
                + arm(1 - share, exposed.control());
    }

    private static double arm(double share, long exposed) {
        double prior = CONCENTRATION * share;
        return LogGamma.of(prior + exposed) - LogGamma.of(prior) - exposed * Math.log(share);
    }
}
