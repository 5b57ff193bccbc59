package dev.flags.rollout.statistics;

/** ln Γ, which Java does not have, by Stirling's series (Abramowitz and Stegun, Handbook of Mathematical Functions, 6.1.40). */
final class LogGamma {
    private static final double HALF_LN_2_PI = Math.log(2 * Math.PI) / 2;
    /** From here on the terms that the series is cut off at are below 1e-17. */
    private static final double SERIES = 16;

    private LogGamma() {}

    /** {@code ln Γ(x)} for x above 0, to about 1e-15 of its size. */
    static double of(double x) {
        double shifted = x;
        double product = 1; // of what x is multiplied by on its way up: Γ(x) = Γ(x + k) / (x (x+1) … (x+k−1))
        while (shifted < SERIES) {
            product *= shifted;
            shifted++;
        }
        return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LN_2_PI + series(shifted) - Math.log(product);
    }

    /**
     * By how much ln n! lies above Stirling's {@code (n + ½) ln n − n + ½ ln 2π}: small, so that a sum of such corrections keeps its
     * precision where one of factorials of millions would lose it.
     *
     * @param n a whole number, above 0
     */
    static double stirlingError(double n) {
        return n >= SERIES ? series(n) : of(n + 1) - ((n + 0.5) * Math.log(n) - n + HALF_LN_2_PI);
    }

    private static double series(double x) {
        double square = x * x;
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square)
                / x;
    }
}
