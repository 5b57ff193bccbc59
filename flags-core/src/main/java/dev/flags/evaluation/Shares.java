package dev.flags.evaluation;

import java.math.BigDecimal;
import java.util.Locale;

/** Buckets and boundaries as a person reads them. */
final class Shares {
    private Shares() {}

    /** {@code bucket 35,069 is below the boundary 50,000, by 14.931 percent points}. */
    static String comparison(int bucket, int boundary) {
        return bucket < boundary
                ? String.format(
                        Locale.ROOT,
                        "bucket %,d is below the boundary %,d, %s percent points inside",
                        bucket,
                        boundary,
                        points(boundary - bucket))
                : String.format(
                        Locale.ROOT,
                        "bucket %,d is not below the boundary %,d, %s percent points outside",
                        bucket,
                        boundary,
                        points(bucket + 1 - boundary));
    }

    private static String points(int buckets) {
        BigDecimal points = BigDecimal.valueOf(buckets, 3).stripTrailingZeros();
        return points.scale() < 0 ? points.setScale(0).toString() : points.toPlainString();
    }
}
