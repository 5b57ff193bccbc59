package dev.flags.evaluation;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Calendar;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * {@code before} and {@code after}: points in time, written as ISO-8601 with a zone or as milliseconds since 1970. A date without a
 * zone is no point in time and is not compared.
 */
final class DateTest implements ValueTest {
    private final boolean before;
    private final Instant[] boundaries;

    DateTest(boolean before, Instant[] boundaries) {
        this.before = before;
        this.boundaries = boundaries;
    }

    @Override
    public Match test(Object value) {
        @Nullable Instant at = instant(value);
        if (at == null) {
            return Match.UNKNOWN;
        }
        for (Instant boundary : boundaries) {
            if (before ? at.isBefore(boundary) : at.isAfter(boundary)) {
                return Match.YES;
            }
        }
        return Match.NO;
    }

    /** The point in time, or null when the value is none. */
    @SuppressWarnings("JavaUtilDate") // an application's attribute may be one
    static @Nullable Instant instant(Object value) {
        if (value instanceof Instant instant) {
            return instant;
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof ZonedDateTime time) {
            return time.toInstant();
        }
        if (value instanceof Date date) {
            return Instant.ofEpochMilli(date.getTime());
        }
        if (value instanceof Calendar calendar) {
            return calendar.toInstant();
        }
        if (value instanceof Number number) {
            return Numbers.isComparable(number) ? Instant.ofEpochMilli(number.longValue()) : null;
        }
        return value instanceof CharSequence text ? parse(text.toString()) : null;
    }

    private static @Nullable Instant parse(String text) {
        if (text.isEmpty() || text.length() > 100) {
            return null;
        }
        try {
            if (text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-') && text.indexOf('-', 1) < 0) {
                return Instant.ofEpochMilli(Long.parseLong(text));
            }
            return DateTimeFormatter.ISO_ZONED_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException | NumberFormatException notAPointInTime) {
            return null;
        }
    }
}
