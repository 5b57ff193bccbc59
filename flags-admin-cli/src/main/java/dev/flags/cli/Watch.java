package dev.flags.cli;

import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/** Follows a store from a terminal: looks at its head twice a second, which is one indexed read. */
final class Watch {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private Watch() {}

    /**
     * Shows the state now and after every commit, until the step says that it is over, the time is up, or nobody reads the
     * output any more.
     *
     * @param step prints, and answers whether to go on
     * @return false when the time was up first
     */
    static boolean run(Session session, FlagStore store, Duration atMost, Predicate<FlagStore> step) {
        Instant end = session.shell.clock.instant().plus(atMost);
        long shown = -1;
        boolean down = false;
        while (true) {
            try {
                long revision = store.head().revision();
                if (revision != shown) {
                    shown = revision;
                    if (!step.test(store) || session.shell.out.checkError()) {
                        return true;
                    }
                }
                if (down) {
                    session.shell.say("the store answers again");
                    down = false;
                }
            } catch (StoreUnavailableException e) {
                if (shown < 0) {
                    throw e;
                }
                if (!down) {
                    session.shell.say(e.getMessage() + "; still trying");
                    down = true;
                }
            }
            Duration left = Duration.between(session.shell.clock.instant(), end);
            if (left.isZero() || left.isNegative()) {
                return false;
            }
            try {
                Thread.sleep(Math.min(INTERVAL.toMillis(), Math.max(1, left.toMillis())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
    }
}
