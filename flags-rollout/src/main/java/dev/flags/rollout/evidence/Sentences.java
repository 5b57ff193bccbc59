package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Sentences {
    private Sentences() {}

    /** {@code 1,204}. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A share as {@code 7.1%}, with as many digits as tell something. */
    static String percent(double share) {
        BigDecimal percent = BigDecimal.valueOf(share * 100);
        BigDecimal rounded = percent.compareTo(BigDecimal.ONE) >= 0
                ? percent.setScale(1, RoundingMode.HALF_UP)
                : percent.round(new MathContext(2, RoundingMode.HALF_UP));
        BigDecimal plain = rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros();
        return plain.toPlainString() + "%";
    }

    /** {@code 4.61}. */
    static String evidence(double logE) {
        return String.format(Locale.ROOT, "%.2f", logE);
    }

    /** How long so many windows last. */
    static String time(long windows) {
        return time(OutcomeRow.WINDOW.multipliedBy(windows));
    }

    /** {@code 5m}, {@code 1h 30m}, {@code 2.5s}, {@code 300ms}. */
    static String time(Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0) {
            return time.toMillis() + "ms";
        }
        StringBuilder text = new StringBuilder();
        part(text, time.toDays(), "d");
        part(text, time.toHoursPart(), "h");
        part(text, time.toMinutesPart(), "m");
        BigDecimal seconds = BigDecimal.valueOf(time.toSecondsPart() * 1000L + time.toMillisPart(), 3);
        if (seconds.signum() > 0) {
            text.append(text.length() == 0 ? "" : " ")
                    .append(seconds.stripTrailingZeros().toPlainString())
                    .append('s');
        }
        return text.toString();
    }

    private static void part(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(text.length() == 0 ? "" : " ").append(amount).append(unit);
        }
    }
}
