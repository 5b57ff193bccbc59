package dev.flags.rollout;

import java.math.BigDecimal;
import java.util.Optional;

/** Shares, 0 to 1 in records, as people write them: {@code 5%}. The decimal point is moved, so that nothing is rounded. */
final class ShareText {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private ShareText() {}

    /** Also outside of 0 to 100 %, which is for the plan's rules to say; empty without the sign, or when it is no number. */
    static Optional<BigDecimal> percent(String text) {
        return text.endsWith("%") ? number(text.substring(0, text.length() - 1)) : Optional.empty();
    }

    static Optional<BigDecimal> number(String text) {
        try {
            return text.length() > 30 ? Optional.empty() : Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    static double share(BigDecimal percent) {
        return percent.movePointLeft(2).doubleValue();
    }

    /** What is left to 100 %. */
    static BigDecimal rest(BigDecimal percent) {
        return HUNDRED.subtract(percent);
    }

    static BigDecimal percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2);
    }

    static String of(double share) {
        return of(percent(share)) + "%";
    }

    static String of(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
