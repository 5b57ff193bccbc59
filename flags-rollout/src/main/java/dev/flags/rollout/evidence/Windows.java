package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import java.time.Duration;
import java.time.Instant;

/** Windows of outcomes by number: how many have gone by since 1970. */
final class Windows {
    private static final long MILLIS = OutcomeRow.WINDOW.toMillis();

    private Windows() {}

    /** The window that an instant lies in. */
    static long of(Instant instant) {
        return Math.floorDiv(instant.toEpochMilli(), MILLIS);
    }

    /** The first window that begins then or later. */
    static long from(Instant instant) {
        return Math.floorDiv(instant.toEpochMilli() + MILLIS - 1, MILLIS);
    }

    static Instant begin(long window) {
        return Instant.ofEpochMilli(Math.multiplyExact(window, MILLIS));
    }

    /** How many windows it takes to fill a time; at least one. */
    static int in(Duration time) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (time.toMillis() + MILLIS - 1) / MILLIS));
    }
}
