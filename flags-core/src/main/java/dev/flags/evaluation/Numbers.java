package dev.flags.evaluation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A number that a condition names, ready to be compared with a number of any Java type by numeric value. Immutable. */
final class Numbers {
    /** Below this, every long is exactly a double. */
    private static final long EXACT_DOUBLE = 1L << 53;

    private final BigDecimal exact;
    /** Where {@link #exact} lies: on a long, between two of them (the lower is held), or outside their range. */
    private final long floor;

    private final boolean isLong;
    private final boolean inRange;

    private Numbers(BigDecimal exact) {
        this.exact = exact;
        // the size is asked before any digits are made: JSON can write 1e999999999, which no memory can hold
        int integerDigits = clamp((long) exact.precision() - exact.scale());
        if (exact.signum() == 0) {
            // before its digits are looked at: 0e30 has 31 of them
            floor = 0;
            isLong = true;
            inRange = true;
        } else if (integerDigits <= 0) {
            floor = exact.signum() < 0 ? -1 : 0;
            isLong = false;
            inRange = true;
        } else if (integerDigits > 19) {
            floor = 0;
            isLong = false;
            inRange = false;
        } else {
            BigInteger below = exact.setScale(0, RoundingMode.FLOOR).toBigInteger();
            inRange = below.bitLength() < 64;
            floor = inRange ? below.longValue() : 0;
            isLong = inRange && exact.compareTo(BigDecimal.valueOf(floor)) == 0;
        }
    }

    private static int clamp(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    /** The number of a document's value or of a text that is one; null when it is none. */
    static @Nullable Numbers of(Object value) {
        BigDecimal decimal = decimal(value);
        return decimal == null ? null : new Numbers(decimal);
    }

    /** How an attribute's number compares with this one. A NaN is {@link #isComparable not comparable}. */
    int compareFrom(Number attribute) {
        if (isIntegral(attribute)) {
            return compareFrom(attribute.longValue());
        }
        if (attribute instanceof Double number) {
            double value = number;
            if (Double.isInfinite(value)) {
                return value > 0 ? 1 : -1;
            }
            if (isLong && Math.abs(floor) < EXACT_DOUBLE) {
                return value < floor ? -1 : value > floor ? 1 : 0;
            }
        }
        BigDecimal decimal = decimal(attribute);
        if (decimal != null) {
            return decimal.compareTo(exact);
        }
        // infinite, or of a class that is not written as a number
        double value = attribute.doubleValue();
        return Double.isInfinite(value)
                ? value > 0 ? 1 : -1
                : BigDecimal.valueOf(value).compareTo(exact);
    }

    private int compareFrom(long attribute) {
        if (!inRange) {
            return -exact.signum();
        }
        if (isLong) {
            return Long.compare(attribute, floor);
        }
        return attribute <= floor ? -1 : 1;
    }

    static boolean isComparable(Number attribute) {
        return isIntegral(attribute)
                || attribute instanceof BigDecimal
                || attribute instanceof BigInteger
                || !Double.isNaN(attribute.doubleValue());
    }

    static boolean isIntegral(Number attribute) {
        return attribute instanceof Integer
                || attribute instanceof Long
                || attribute instanceof Short
                || attribute instanceof Byte
                || attribute instanceof AtomicInteger
                || attribute instanceof AtomicLong;
    }

    /**
     * The number as it is written: the double 0.1 is the decimal 0.1. Null for what is no finite number, such as a text without
     * one.
     */
    static @Nullable BigDecimal decimal(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Number number && isIntegral(number)) {
            return BigDecimal.valueOf(number.longValue());
        }
        if (value instanceof Number || value instanceof String) {
            return parse(value.toString());
        }
        return null;
    }

    private static @Nullable BigDecimal parse(String text) {
        if (text.isEmpty() || text.length() > 100) {
            return null;
        }
        char first = text.charAt(0);
        if (first != '-' && first != '+' && first != '.' && (first < '0' || first > '9')) {
            return null;
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /** One text for each number, whatever its Java type: 42, 42L, 42.0 and 42.00 are {@code 42}. */
    static String text(Number number) {
        if (isIntegral(number)) {
            return number.toString();
        }
        BigDecimal decimal = decimal(number);
        if (decimal == null) {
            return number.toString();
        }
        if (decimal.signum() == 0) {
            return "0";
        }
        // a huge exponent stays one
        boolean modest = Math.abs((long) decimal.scale()) < 100;
        return modest ? decimal.stripTrailingZeros().toPlainString() : decimal.toString();
    }
}
