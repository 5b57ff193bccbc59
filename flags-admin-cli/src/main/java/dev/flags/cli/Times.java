package dev.flags.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations and instants as people type them. */
final class Times {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Times() {}

    /** {@code 90s}, {@code 15m}, {@code 1h30m}, {@code 2d}, or ISO-8601 such as {@code PT15M}. */
    static Duration duration(String text) {
        String said = text.strip().toUpperCase(Locale.ROOT);
        try {
            Duration duration;
            if (said.startsWith("P")) {
                duration = Duration.parse(said);
            } else {
                int day = said.indexOf('D');
                String days = day < 0 ? "" : said.substring(0, day + 1);
                String rest = said.substring(day + 1);
                duration = Duration.parse("P" + days + (rest.isEmpty() ? "" : "T" + rest));
            }
            if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeException e) {
            // falls through to the one message for all that is not a duration
        }
        throw new TypeConversionException("'" + text + "' is not a duration such as 90s, 15m, 1h30m or 2d");
    }

    /** {@code 2h} (ago), {@code 2026-11-21} (its start, here), or an ISO-8601 instant with zone. */
    static Instant since(String text, Instant now) {
        String said = text.strip();
        try {
            if (said.indexOf('T') > 0 && said.indexOf('-') > 0) {
                return OffsetDateTime.parse(said).toInstant();
            }
            if (said.indexOf('-') > 0) {
                return LocalDate.parse(said)
                        .atStartOfDay(ZoneId.systemDefault())
                        .toInstant();
            }
        } catch (DateTimeException e) {
            throw new UsageException("'" + text + "' is not a time such as 2h, 2026-11-21 or 2026-11-21T10:15:30Z", e);
        }
        try {
            return now.minus(duration(said));
        } catch (TypeConversionException e) {
            throw new UsageException("'" + text + "' is not a time such as 2h, 2026-11-21 or 2026-11-21T10:15:30Z", e);
        }
    }

    /** An instant to come: {@code 2026-12-01T09:00+01:00}. Without a zone it would mean another time for each reader. */
    static Instant at(String option, String text) {
        String said = text.strip();
        try {
            return OffsetDateTime.parse(said).toInstant();
        } catch (DateTimeException e) {
            String hint;
            try {
                OffsetDateTime here =
                        LocalDateTime.parse(said).atZone(ZoneId.systemDefault()).toOffsetDateTime();
                hint = " says no zone; by this machine's clock it is " + here;
            } catch (DateTimeException other) {
                hint = " is no time with a zone, such as 2026-12-01T09:00+01:00 or 2026-12-01T08:00Z";
            }
            throw new UsageException(option + " '" + text + "'" + hint, e);
        }
    }

    /** {@code 10m50s}: to the second, two units at most; below ten seconds to the tenth. */
    static String text(Duration duration) {
        if (duration.isNegative()) {
            return "0s";
        }
        if (duration.toMillis() < 10_000 && duration.toMillis() % 1000 >= 50) {
            return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
        }
        long seconds = duration.plusMillis(500).toSeconds();
        long[] amounts = {seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60};
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (int i = 0; i < amounts.length && shown < 2; i++) {
            if (amounts[i] > 0) {
                text.append(amounts[i]).append("dhms".charAt(i));
            }
            shown += amounts[i] > 0 || shown > 0 ? 1 : 0;
        }
        return text.isEmpty() ? "0s" : text.toString();
    }

    static final class DateConverter implements ITypeConverter<LocalDate> {
        @Override
        public LocalDate convert(String value) {
            try {
                return LocalDate.parse(value.strip());
            } catch (DateTimeException e) {
                throw new TypeConversionException("'" + value + "' is not a day such as 2026-12-31");
            }
        }
    }

    static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return duration(value);
        }
    }
}
