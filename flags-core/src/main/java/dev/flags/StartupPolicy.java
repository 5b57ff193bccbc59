package dev.flags;

import java.time.Duration;

/**
 * How long {@link FlagsBuilder#build()} waits for the first load of the layers, and what it does when that takes longer.
 * Immutable.
 */
public final class StartupPolicy {
    private final Duration wait;
    private final boolean failing;

    private StartupPolicy(Duration wait, boolean failing) {
        if (wait.isNegative()) {
            throw new FlagsException("the time to wait at a start must not be negative, was " + wait);
        }
        this.wait = wait;
        this.failing = failing;
    }

    /** Waits at most this long, then carries on with what is there and logs once. The default, with 2 s. */
    public static StartupPolicy waitUpTo(Duration time) {
        return new StartupPolicy(time, false);
    }

    /** Waits at most this long, then {@code build()} throws a {@link FlagsException} if a layer still has nothing to serve. */
    public static StartupPolicy failFast(Duration time) {
        return new StartupPolicy(time, true);
    }

    /** Does not wait: until a layer has loaded, decisions are {@link Reason#NOT_READY}. */
    public static StartupPolicy dontWait() {
        return new StartupPolicy(Duration.ZERO, false);
    }

    Duration time() {
        return wait;
    }

    boolean isFailing() {
        return failing;
    }
}
