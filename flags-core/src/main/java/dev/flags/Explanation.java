package dev.flags;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The trace of one evaluation, for a person: each step that was taken, in order, up to the one that decided. Immutable.
 *
 * @param decision what came out
 * @param steps what was looked at, in order
 */
public record Explanation(Decision decision, List<Step> steps) {
    public Explanation {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param subject what was looked at: {@code kill}, {@code enabled}, {@code prerequisite X}, {@code targets}, {@code rule
     *     ID}, {@code percentage}, {@code split}, {@code layer}
     * @param decided whether this step decided
     * @param text what was found, as a sentence fragment; for a percentage with the bucket, the boundary and the distance
     */
    public record Step(String subject, boolean decided, String text) {}

    /** One line a step. */
    @Override
    public String toString() {
        return steps.stream()
                .map(s -> (s.decided() ? "→ " : "  ") + s.subject() + ": " + s.text())
                .collect(Collectors.joining("\n"));
    }
}
