package dev.flags;

import java.time.Duration;

/**
 * What {@link FlagsBuilder#build} does until every layer has been loaded.
 *
 * @param patience how long it waits
 * @param failsFast whether it throws after that; otherwise it carries on with what is there and logs once
 */
public record StartupPolicy(Duration patience, boolean failsFast) {
    /** Waits up to 2 s, then carries on. */
    public static final StartupPolicy DEFAULT = waitUpTo(Duration.ofSeconds(2));

    public StartupPolicy {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative, was " + patience);
        }
    }

    /** Waits at most so long, then carries on with what is there. */
    public static StartupPolicy waitUpTo(Duration patience) {
        return new StartupPolicy(patience, false);
    }

    /** Waits at most so long, then throws a {@link FlagsException}. */
    public static StartupPolicy failFast(Duration patience) {
        return new StartupPolicy(patience, true);
    }

    /** Carries on at once; layers load in the background. */
    public static StartupPolicy dontWait() {
        return new StartupPolicy(Duration.ZERO, false);
    }
}
