package dev.flags.evaluation;

import java.math.BigDecimal;
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
        BigDecimal points = BigDecimal.valueOf(buckets, 3).stripTrailingZeros();
        return points.scale() < 0 ? points.setScale(0).toString() : points.toPlainString();
    }
}
