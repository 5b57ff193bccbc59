package dev.flags.rollout;

/**
 * What must be so for a stage to be left upwards: {@code error-rate < 1%}. Immutable.
 *
 * @param name unique in the plan
 * @param bad which calls are bad
 * @param below their share of the treatment's calls within the stage must be below this, 0 to 1
 * @param minimum of at least so many calls
 */
public record AdvanceRule(String name, Guard.Bad bad, double below, int minimum) {}
