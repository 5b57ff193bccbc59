package dev.flags.outcomes;

import dev.flags.FlagsException;
import dev.flags.model.Percentage;
import java.time.Duration;

/**
 * When a process keeps itself from the new path of a flag, and how it tries it again. Immutable.
 *
 * @param failures more than this share of the new path's calls must fail
 * @param minimumCalls among at least so many calls
 * @param window within about this time: between half of it and all of it
 * @param pause for so long nothing takes the new path; doubled each time that trying again fails
 * @param longestPause but never longer
 * @param trials so many calls, one after the other, must do well before everything takes the new path again
 */
public record BreakerPolicy(
        Percentage failures, int minimumCalls, Duration window, Duration pause, Duration longestPause, int trials) {
    /** More than 10 % of at least 50 calls within a minute; 30 s, up to 5 minutes; 5 trials. */
    public static final BreakerPolicy DEFAULT = new BreakerPolicy(
            Percentage.of(10), 50, Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofMinutes(5), 5);

    public BreakerPolicy {
        requirePositive("window", window);
        requirePositive("pause", pause);
        if (minimumCalls < 1 || trials < 1) {
            throw new FlagsException(
                    "a breaker needs at least one call and one trial, was " + minimumCalls + " and " + trials);
        }
        if (longestPause.compareTo(pause) < 0) {
            throw new FlagsException(
                    "a breaker's longest pause must not be shorter than its pause, was " + longestPause);
        }
    }

    /** Never keeps anything from the new path. */
    public static BreakerPolicy never() {
        // more than all of the calls never fail
        return new BreakerPolicy(
                Percentage.FULL,
                DEFAULT.minimumCalls,
                DEFAULT.window,
                DEFAULT.pause,
                DEFAULT.longestPause,
                DEFAULT.trials);
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new FlagsException("a breaker's " + name + " must be above zero and at most a day, was " + duration);
        }
    }
}
