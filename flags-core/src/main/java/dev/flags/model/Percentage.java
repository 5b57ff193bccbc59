package dev.flags.model;

import java.math.BigDecimal;

/**
 * A share of targeting keys, held exactly as a number of buckets. Immutable.
 *
 * @param buckets 0..100,000; one bucket is 0.001 %
 */
public record Percentage(int buckets) implements Comparable<Percentage> {
    /** How many buckets there are. */
    public static final int BUCKETS = 100_000;

    public static final Percentage ZERO = new Percentage(0);
    public static final Percentage FULL = new Percentage(BUCKETS);

    public Percentage {
        if (buckets < 0 || buckets > BUCKETS) {
            throw new InvalidFlagException("percentage", "must lie between 0 and 100, was " + buckets / 1000.0);
        }
    }

    /** A whole number of percent. */
    public static Percentage of(int percent) {
        return of(BigDecimal.valueOf(percent));
    }

    /**
     * A percentage in percent.
     *
     * @param percent 0..100 with at most three decimals
     * @throws InvalidFlagException otherwise
     */
    public static Percentage of(BigDecimal percent) {
        // compared before scaling: a number such as 1e999999999 must not be expanded
        if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
            throw new InvalidFlagException("percentage", "must lie between 0 and 100, was " + percent);
        }
        if (percent.signum() != 0 && percent.stripTrailingZeros().scale() > 3) {
            throw new InvalidFlagException(
                    "percentage", "has more than three decimals (the smallest step is 0.001 %): " + percent);
        }
        return new Percentage(percent.movePointRight(3).intValueExact());
    }

    /**
     * Parses {@code 12.5} or {@code 12.5%}.
     *
     * @throws InvalidFlagException when it is no such number
     */
    public static Percentage parse(String text) {
        String number = text.strip();
        if (number.endsWith("%")) {
            number = number.substring(0, number.length() - 1).strip();
        }
        try {
            if (number.length() > 20) {
                throw new NumberFormatException("too long");
            }
            return of(new BigDecimal(number));
        } catch (NumberFormatException e) {
            throw new InvalidFlagException(
                    "percentage", "must be a number from 0 to 100 such as 12.5%, was '" + text + "'");
        }
    }

    public boolean isZero() {
        return buckets == 0;
    }

    public boolean isFull() {
        return buckets == BUCKETS;
    }

    /** In percent, without trailing zeros: 12.5. */
    public BigDecimal toBigDecimal() {
        BigDecimal percent = BigDecimal.valueOf(buckets, 3).stripTrailingZeros();
        return percent.scale() < 0 ? percent.setScale(0) : percent;
    }

    @Override
    public int compareTo(Percentage other) {
        return Integer.compare(buckets, other.buckets);
    }

    /** For people: {@code 12.5%}. */
    @Override
    public String toString() {
        return toBigDecimal().toPlainString() + "%";
    }
}
