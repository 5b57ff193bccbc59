package dev.flags.store;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a follower waits before it tries a store again that failed. Short enough that all is right again within a second of the
 * store's return, and drawn at random between half and all of it, so that a fleet does not come back in one instant. Not
 * thread-safe; confine it to one thread.
 */
final class RetryPause {
    static final Duration LONGEST = Duration.ofMillis(750);

    /** Whoever is refused is refused by a person's decision, and servers count refusals against a login. */
    static final Duration REFUSED = Duration.ofSeconds(5);

    private static final long FIRST_MILLIS = 100;

    private int failures;

    /** How many failures in a row there were. */
    int failures() {
        return failures;
    }

    void succeeded() {
        failures = 0;
    }

    /** Counts a failure, and draws the pause after it. */
    Duration failed(RuntimeException failure) {
        failures++;
        long longest = failure instanceof NotPermittedException
                ? REFUSED.toMillis()
                : Math.min(LONGEST.toMillis(), FIRST_MILLIS << Math.min(failures - 1, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
    }
}
