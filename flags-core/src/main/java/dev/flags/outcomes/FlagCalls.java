package dev.flags.outcomes;

import java.time.Duration;

/**
 * What calls of one flag came to in this process since it began. Immutable.
 *
 * @param flag the flag's key
 * @param treatment calls of the new path
 * @param control calls of the old path that were decided so; neither fallbacks nor diverted calls
 * @param fallbacks calls that the old path answered after the new one had failed
 * @param diverted calls that an open breaker sent the old path
 */
public record FlagCalls(String flag, Arm treatment, Arm control, long fallbacks, long diverted) {

    /**
     * Calls of one path that ended. Those that were interrupted are not among them.
     *
     * @param succeeded how many did well, or ended with an exception that does not count as a failure
     * @param succeededTime how long these took, together
     * @param failed how many failed
     * @param failedTime how long these took, together
     */
    public record Arm(long succeeded, Duration succeededTime, long failed, Duration failedTime) {}
}
