package dev.flags.rollout.checks;

import dev.flags.model.Fields;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time-outs as people write them: {@code 500ms}, {@code 5s}, {@code 2m}. */
final class Durations {
    static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(ms|s|m)");

    private Durations() {}

    /** @throws IllegalArgumentException when it is no time-out */
    static Duration parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long count = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
        };
        return require(duration);
    }

    static Duration require(Duration duration) {
        if (duration.toMillis() < 1 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a time-out is 1 ms to 10 min, was " + duration);
        }
        return duration;
    }

    /** The field {@code timeout} of a document. */
    static Duration read(Fields fields, Duration absent) {
        Duration timeout = fields.parsed("timeout", "1ms to 10m, such as 500ms, 5s or 2m", Durations::parse);
        return timeout == null ? absent : timeout;
    }

    static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
