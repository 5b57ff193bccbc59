package dev.flags.evaluation;

import dev.flags.model.Percentage;
import java.util.Locale;

/** Buckets and boundaries as a person reads them. */
final class Shares {
    private Shares() {}

    /** {@code falls into bucket 35,069, 14.931 percent points inside the boundary 50,000}. */
    static String comparison(int bucket, int boundary) {
        boolean inside = bucket < boundary;
        return String.format(
                Locale.ROOT,
                "falls into bucket %,d, %s percent points %s the boundary %,d",
                bucket,
                points(inside ? boundary - bucket : bucket + 1 - boundary),
                inside ? "inside" : "outside",
                boundary);
    }

    private static String points(int buckets) {
        return new Percentage(buckets).toBigDecimal().toPlainString();
    }
}
