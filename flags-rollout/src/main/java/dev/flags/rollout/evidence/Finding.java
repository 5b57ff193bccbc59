package dev.flags.rollout.evidence;

import dev.flags.rollout.Verdict.Status;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a judge has found, before it is known since when. Immutable.
 *
 * @param shared whether both arms suffer alike
 * @param treatment a line of the last windows
 * @param control the same of the control
 */
record Finding(
        Status status,
        OptionalDouble value,
        double threshold,
        OptionalDouble evidence,
        boolean shared,
        List<Double> treatment,
        List<Double> control,
        String text) {
    Finding {
        treatment = List.copyOf(treatment);
        control = List.copyOf(control);
    }

    /** Of a measure without evidence and without a line. */
    static Finding of(Status status, OptionalDouble value, double threshold, String text) {
        return new Finding(status, value, threshold, OptionalDouble.empty(), false, List.of(), List.of(), text);
    }

    Finding withLines(List<Double> ofTreatment, List<Double> ofControl) {
        return new Finding(status, value, threshold, evidence, shared, ofTreatment, ofControl, text);
    }
}
