package dev.flags.rollout;

import dev.flags.model.Fields;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problems;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Durations and percentages in plan documents. Null where there is none; where there is one that is wrong, that is among the problems. */
final class PlanAmounts {
    private PlanAmounts() {}

    static @Nullable Duration duration(Fields fields, String name) {
        String text = fields.text(name);
        if (text == null) {
            return null;
        }
        Optional<Duration> duration = DurationText.parse(text);
        if (duration.isEmpty()) {
            fields.at(name).add("must be " + DurationText.EXPECTED);
        }
        return duration.orElse(null);
    }

    /** A number from 0 to 100, also as text with a sign. */
    static @Nullable Percentage percentage(@Nullable Object value, Problems at) {
        try {
            if (value == null) {
                return null;
            }
            if (value instanceof String text) {
                return Percentage.parse(text);
            }
            if (value instanceof Long || value instanceof BigDecimal) {
                return Percentage.of(new BigDecimal(value.toString()));
            }
            at.add("must be a percentage such as 12.5, was " + Fields.show(value));
        } catch (InvalidFlagException e) {
            e.problems().forEach(problem -> at.add(problem.message()));
        }
        return null;
    }
}
