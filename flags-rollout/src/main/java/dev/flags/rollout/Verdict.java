package dev.flags.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How one guard, or one condition for advancing, sees a rollout now. Immutable.
 *
 * @param guard the guard's name
 * @param status what it says
 * @param action what is done about a breach
 * @param value what was measured; empty without data
 * @param threshold what it is held against
 * @param evidence of a comparison: ln E, with the threshold ln(1/α)
 * @param since since when the status is this
 * @param shared whether both arms suffer alike, so that the cause is not the new path alone
 * @param treatment the measure over the last windows, oldest first, for a sparkline; NaN where there was none
 * @param control the same of the control
 * @param text a sentence for a person: {@code 7.1 % of 1,204 calls failed, threshold 5 %}
 */
public record Verdict(
        String guard,
        Status status,
        Guard.Action action,
        OptionalDouble value,
        double threshold,
        OptionalDouble evidence,
        Optional<Instant> since,
        boolean shared,
        List<Double> treatment,
        List<Double> control,
        String text) {
    public Verdict {
        treatment = List.copyOf(treatment);
        control = List.copyOf(control);
    }

    /** What a guard says. */
    public enum Status {
        HEALTHY,
        /** Neither healthy enough to advance, nor bad enough to act. */
        UNSETTLED,
        BREACHED,
        /** Too little was reported to say. Holds; neither passes nor rolls back. */
        NO_DATA
    }
}
