package dev.flags.rollout.checks;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A query of the controller's configuration: one row, whose first column counts. Immutable.
 *
 * @param database its name there; empty: the store's own
 */
record SqlQuery(String name, String database, String sql, Duration timeout) {

    /** Whether it gives true, a number that is not zero, or {@code t}. */
    Checks.Answer isTrue(Database in) throws NotAnsweredException {
        return Reading.of(in, timeout, reading -> {
            Object value = value(reading);
            if (value == null) {
                return refused(reading, "null");
            }
            if (value instanceof Boolean truth) {
                return truth ? Checks.Answer.PASSED : refused(reading, "false");
            }
            if (value instanceof Number number) {
                return new BigDecimal(number.toString()).signum() != 0 ? Checks.Answer.PASSED : refused(reading, "0");
            }
            return switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
                case "t", "true", "1" -> Checks.Answer.PASSED;
                case "f", "false", "0" -> refused(reading, "false");
                default ->
                    throw problem(
                            reading,
                            "gives '" + Plain.line(value.toString(), 60) + "', which is neither true nor false");
            };
        });
    }

    /** The number that it gives. */
    double number(Database in) throws NotAnsweredException {
        return Reading.of(in, timeout, reading -> {
            Object value = value(reading);
            if (value == null) {
                throw problem(reading, "gives null");
            }
            if (value instanceof Boolean truth) {
                return truth ? 1.0 : 0.0;
            }
            try {
                double number = Double.parseDouble(value.toString().strip());
                if (Double.isFinite(number)) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw problem(reading, "gives '" + Plain.line(value.toString(), 60) + "', which is not a number");
        });
    }

    private @Nullable Object value(Reading reading) throws java.sql.SQLException, NotAnsweredException {
        List<List<@Nullable Object>> rows;
        try {
            rows = reading.rows(2, sql);
        } catch (java.sql.SQLException e) {
            throw problem(reading, "fails: " + Plain.line(String.valueOf(e.getMessage())), e);
        }
        if (rows.size() != 1 || rows.get(0).isEmpty()) {
            throw problem(reading, rows.size() > 1 ? "gives several rows, and must give one" : "gives no row");
        }
        return rows.get(0).get(0);
    }

    private Checks.Answer refused(Reading reading, String what) {
        return new Checks.Answer(false, "query " + name + " gives " + what + " in " + reading.place(""));
    }

    private NotAnsweredException problem(Reading reading, String what) {
        return problem(reading, what, null);
    }

    private NotAnsweredException problem(Reading reading, String what, @Nullable Throwable cause) {
        return new NotAnsweredException("query " + name + " " + what + " in " + reading.place(""), cause);
    }
}
