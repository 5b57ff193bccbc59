package dev.flags.rollout;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as plans have them: {@code 500ms}, {@code 30s}, {@code 15m}, {@code 1h30m}, {@code 2d}; or ISO 8601. */
final class DurationText {
    /** For messages. */
    static final String EXPECTED = "a duration such as 30s, 15m, 1h30m or 2d";

    private static final Pattern PARTS =
            Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private DurationText() {}

    /** Never negative; empty when it is no duration, or longer than a century. */
    static Optional<Duration> parse(String text) {
        String said = text.strip().toLowerCase(Locale.ROOT);
        try {
            Duration duration = said.startsWith("p") ? Duration.parse(said) : parts(said);
            return duration.isNegative() || duration.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(duration);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration parts(String said) {
        Matcher matcher = PARTS.matcher(said);
        if (said.isEmpty() || !matcher.matches()) {
            throw new DateTimeException(said);
        }
        return Duration.ofDays(part(matcher, 1))
                .plusHours(part(matcher, 2))
                .plusMinutes(part(matcher, 3))
                .plusSeconds(part(matcher, 4))
                .plusMillis(part(matcher, 5));
    }

    private static long part(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** The text that {@link #parse} gives the same duration for. */
    static String of(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative() || duration.toNanosPart() % 1_000_000 != 0) {
            return duration.toString();
        }
        StringBuilder text = new StringBuilder();
        append(text, duration.toDays(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(amount).append(unit);
        }
    }
}
