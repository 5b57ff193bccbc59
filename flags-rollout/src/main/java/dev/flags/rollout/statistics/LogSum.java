package dev.flags.rollout.statistics;

import java.util.Collections;
import java.util.List;

/** Sums of numbers that are known by their logarithms and would not fit into a double. */
final class LogSum {
    private LogSum() {}

    /** {@code ln(e^a + e^b)}; negative infinity is the logarithm of nothing. */
    static double of(double a, double b) {
        double larger = Math.max(a, b);
        return larger == Double.NEGATIVE_INFINITY ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
    }

    /** {@code ln Σ e^a}, of at least one. */
    static double of(List<Double> logs) {
        double largest = Collections.max(logs);
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - largest);
        }
        return largest + Math.log(sum);
    }
}
