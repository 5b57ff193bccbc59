package dev.flags.rollout.statistics;

/**
 * Bounds of a rate of which a sample was seen: the score interval of Wilson (Probable inference, the law of succession, and statistical
 * inference, 1927), each side alone with 90 % confidence. It holds for few calls and for rates near 0 and 1, where mean ± deviations does
 * not. Safe for use by multiple threads.
 */
public final class Wilson {
    private static final double Z = 1.2816;

    private Wilson() {}

    /**
     * What the rate is at least.
     *
     * @param failures how many of them, 0 to n
     * @param n how many calls; of none nothing is known, the bound is 0
     */
    public static double lower(long failures, long n) {
        // the ends are exact: rounding must not make a rate of nothing that is above 0
        return failures <= 0 || n <= 0 ? 0 : bound((double) Math.min(failures, n), (double) n, -1);
    }

    /**
     * What the rate is at most.
     *
     * @param failures how many of them, 0 to n
     * @param n how many calls; of none nothing is known, the bound is 1
     */
    public static double upper(long failures, long n) {
        return failures >= n ? 1 : bound((double) failures, (double) n, 1);
    }

    private static double bound(double failures, double n, int side) {
        double rate = failures / n;
        double square = Z * Z;
        double spread = Z * Math.sqrt(rate * (1 - rate) / n + square / (4 * n * n));
        return (rate + square / (2 * n) + side * spread) / (1 + square / n);
    }
}
