package dev.flags.rollout.statistics;

import dev.flags.model.Percentage;
import java.util.Arrays;
import java.util.List;

/**
 * Is the treatment's failure rate above {@code margin} times the control's? An e-process: a number E that may be looked at after every
 * factor, for as long as one likes, and that passes {@code 1/α} with a probability of at most α while the answer is no.
 *
 * <p><b>One factor</b> is what one window came to at one percentage: of {@code nT} and {@code nC} users, {@code eT} and {@code eC} failed
 * for the first time in the run; {@code ρ = nT / (nT + nC)}, {@code K = eT + eC}. Against the margin m it supports a ratio r by
 *
 * <pre>ln L(r) = eT · ln(r/m) − K · ln( (1 + ρ(r−1)) / (1 + ρ(m−1)) )</pre>
 *
 * the likelihood of the arms in which the K failures fell, when each falls into the treatment with the odds {@code ρr : 1−ρ} rather than
 * {@code ρm : 1−ρ}. Whatever hits both arms alike changes K and not where failures fall, so it cancels.
 *
 * <p><b>Why E[L] ≤ 1 while nothing is wrong.</b> With m = 1: given K, eT is hypergeometric when assignment is all that tells the arms
 * apart; for a convex function, and {@code r^eT} is one, that expects no more than the binomial (Hoeffding, Probability inequalities for
 * sums of bounded random variables, 1963, theorem 4), whose expectation {@code (1 + ρ(r−1))^K} is divided by. With any m, for users who
 * fail independently, each with a probability of his own: {@code 1 + x ≤ e^x} gives {@code E[L] ≤ exp(ΣpT·(a−1) + ΣpC·(b−1))}, where a
 * and b are what a failure of either arm multiplies L by, and {@code nT·m·(a−1) + nC·(b−1) = 0} by the choice of the divisor. So the
 * product over factors is a supermartingale, and by Ville's inequality (1939) it passes 1/α with a probability of at most α at any
 * stopping time. The family is that of Lindon and Malek, Anytime-valid inference for multinomial count data, arXiv 2011.03567.
 *
 * <p>ρ belongs to the factor, so a change of the percentage between factors is harmless. It may be chosen larger than it was, {@link
 * Factor#atLeast}: L falls as ρ rises. Percentages must not be pooled within one:
 * while instances straddle two of them, an incident of both arms would look like a fault of the treatment.
 *
 * <p><b>When failures are many</b>, above 5 % of a factor's users, the binomial gives away power, and with m = 1 the exact conditional
 * likelihood (Fisher's noncentral hypergeometric distribution) takes its place: {@code ln L(ω) = eT·ln ω − ln Σ_y H(y)·ω^y}. Which one it
 * is depends on K alone, on which both are conditioned.
 *
 * <p>r is not known: E is the mean over {1.25, 1.5, 2, 3, 5, 10, 30}, as far as they are above m. Everything is kept as logarithms.
 * Immutable. Safe for use by multiple threads.
 */
public final class RateRatio {
    /** Nothing is done about fewer users than these who failed in the treatment, however clear it is. */
    public static final int LEAST_FAILED = 5;

    private static final double[] GRID = {1.25, 1.5, 2, 3, 5, 10, 30};
    private static final double EXACT_ABOVE = 0.05;

    /** From when on the treatment may be worse. */
    public enum Form {
        /** From the first factor on: {@code E = mean over r of Π L(r)}. */
        STATIC,
        /**
         * From any factor on, the j-th with the prior weight {@code π₁ = ½, π_j = ½ / (j(j−1))}: {@code S_j(r) = (S_{j−1}(r) +
         * π_j)·L_j(r)}, {@code E = mean_r S_j(r) + 1 − Σπ}. A healthy day then costs a fault that follows it ln(1/π_j) of its evidence, a
         * logarithm; with the static form, or with a geometric prior, it costs in proportion to the day.
         */
        CHANGE_POINT
    }

    /**
     * What one window came to at one percentage. Users who failed are users: where there are fewer users than failed ones, as many are
     * assumed.
     *
     * @param failedTreatment users who failed for the first time in the run, and did so in this arm
     */
    public record Factor(long usersTreatment, long failedTreatment, long usersControl, long failedControl) {
        public Factor {
            if (usersTreatment < 0 || failedTreatment < 0 || usersControl < 0 || failedControl < 0) {
                throw new IllegalArgumentException("users are counted from 0, were " + usersTreatment + " with "
                        + failedTreatment + " failed, and " + usersControl + " with " + failedControl + " failed");
            }
            usersTreatment = Math.max(usersTreatment, failedTreatment);
            usersControl = Math.max(usersControl, failedControl);
        }

        /**
         * With no smaller share of the users in the treatment than the percentage gives it.
         *
         * <p>Users are counted by processes, so a bot or a heavy user who is served by twelve of them is twelve users, and goes on being
         * so after he has failed. In the control arm he makes the treatment look small, and its failures many, in every factor of the
         * run: no accident that evens out. But which arm a first failure falls into is drawn by the percentage, whatever was counted. Of
         * the two shares the larger one is the safer.
         *
         * @param percentage in force when the calls were decided
         */
        public Factor atLeast(Percentage percentage) {
            long treated = (long) Math.ceil((double) users() * percentage.buckets() / Percentage.BUCKETS);
            return usersTreatment == 0 || usersControl == 0 || treated <= usersTreatment
                    ? this
                    : new Factor(treated, failedTreatment, users() - treated, failedControl);
        }

        long users() {
            return usersTreatment + usersControl;
        }

        long failed() {
            return failedTreatment + failedControl;
        }

        /** An arm without users, or nobody who failed, tells nothing about a ratio. */
        boolean tells() {
            return usersTreatment > 0 && usersControl > 0 && failed() > 0;
        }
    }

    /**
     * What must be stored to go on from here. The weight given to change points so far, Σπ, is {@code 1 − 1/(2·factors)}, so it is not
     * among it.
     *
     * @param factors how many told something; j
     * @param failedTreatment users who failed in the treatment, in these factors
     * @param logSums one for each grid value above the margin: {@code ln Π L} or {@code ln S_j}; empty while there are no factors
     */
    public record State(long factors, long failedTreatment, List<Double> logSums) {
        /** Of the beginning. */
        public static final State NONE = new State(0, 0, List.of());

        public State {
            logSums = List.copyOf(logSums);
        }
    }

    private final Form form;
    private final double margin;
    private final double[] ratios;
    private final State state;

    private RateRatio(Form form, double margin, double[] ratios, State state) {
        this.form = form;
        this.margin = margin;
        this.ratios = ratios;
        this.state = state;
    }

    /**
     * Without evidence yet: E = 1.
     *
     * @param margin how many times the control's rate is still accepted: at least 1, below 30
     */
    public static RateRatio of(Form form, double margin) {
        if (!(margin >= 1 && margin < GRID[GRID.length - 1])) {
            throw new IllegalArgumentException("a margin is at least 1 and below 30, was " + margin);
        }
        return new RateRatio(form, margin, ratiosAbove(margin), State.NONE);
    }

    /**
     * Goes on from a {@link #state()}, with the form and the margin that it came from.
     *
     * @throws IllegalArgumentException for a state that such a form and margin never have
     */
    public static RateRatio restore(Form form, double margin, State state) {
        RateRatio empty = of(form, margin);
        int sums = state.factors() == 0 ? 0 : empty.ratios.length;
        if (state.factors() < 0
                || state.failedTreatment() < 0
                || state.logSums().size() != sums
                || !state.logSums().stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "evidence of " + form + " with margin " + margin + " has " + sums + " finite sums, was " + state);
        }
        return new RateRatio(form, margin, empty.ratios, state);
    }

    /** The values of r that a margin leaves, ascending. */
    static double[] ratiosAbove(double margin) {
        return Arrays.stream(GRID).filter(ratio -> ratio > margin).toArray();
    }

    public State state() {
        return state;
    }

    /** With one more factor. One that tells nothing leaves everything as it is. */
    public RateRatio add(Factor factor) {
        if (!factor.tells()) {
            return this;
        }
        long j = state.factors() + 1;
        double logPrior = j == 1 ? Math.log(0.5) : Math.log(0.5) - Math.log((double) j) - Math.log(j - 1.0);
        Double[] sums = new Double[ratios.length];
        for (int i = 0; i < sums.length; i++) {
            double before = j == 1 ? Double.NEGATIVE_INFINITY : state.logSums().get(i);
            double begun = form == Form.STATIC ? (j == 1 ? 0 : before) : LogSum.of(before, logPrior);
            sums[i] = begun + logLikelihood(factor, ratios[i]);
        }
        return new RateRatio(
                form, margin, ratios, new State(j, state.failedTreatment() + factor.failedTreatment(), List.of(sums)));
    }

    private double logLikelihood(Factor factor, double ratio) {
        if (margin == 1 && factor.failed() > EXACT_ABOVE * factor.users()) {
            return Hypergeometric.logLikelihood(factor, ratio);
        }
        double rho = (double) factor.usersTreatment() / factor.users();
        return factor.failedTreatment() * Math.log(ratio / margin)
                - factor.failed() * (Math.log1p(rho * (ratio - 1)) - Math.log1p(rho * (margin - 1)));
    }

    /** ln E: 0 without evidence, below 0 when the arms look alike. Always finite. */
    public double logE() {
        if (state.factors() == 0) {
            return 0;
        }
        double mean = LogSum.of(state.logSums()) - Math.log(ratios.length);
        // what no change point has been given yet of the prior weight, 1 − Σπ, still bets on nothing being wrong
        return form == Form.STATIC ? mean : LogSum.of(mean, -Math.log(2.0 * state.factors()));
    }

    /**
     * Whether the treatment is shown to be worse: {@code ln E ≥ ln(1/α)}, and at least {@value #LEAST_FAILED} users failed in it.
     *
     * @param alpha the probability of a false alarm that is accepted, over the whole run: above 0, at most 1
     */
    public boolean fires(double alpha) {
        return state.failedTreatment() >= LEAST_FAILED && logE() >= logBound(alpha);
    }

    /** What {@link #logE()} must reach: {@code ln(1/α)}. */
    public static double logBound(double alpha) {
        if (!(alpha > 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha is a probability above 0, was " + alpha);
        }
        return -Math.log(alpha);
    }

    @Override
    public String toString() {
        return form + " ln E " + logE() + " after " + state.factors() + " factors";
    }
}
