package dev.flags.rollout;

import dev.flags.model.Percentage;
import java.time.Duration;
import java.util.List;

/**
 * How a rollout goes down step by step: it stays at the first level that is healthy for its bake, and goes lower only while a guard
 * is breached. Immutable.
 *
 * @param levels falling, the last is 0; empty: the plan's stages below, then 0
 * @param bake how long a level must be healthy for the rollout to end there
 */
public record StepBack(List<Percentage> levels, Duration bake) {
    /** Down the stages, 5 minutes at each. */
    public static final StepBack DEFAULT = new StepBack(List.of(), Duration.ofMinutes(5));

    public StepBack {
        levels = List.copyOf(levels);
    }
}
