package dev.flags.servers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits until a server that was just started answers. */
final class Answers {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private Answers() {}

    /** A question that throws, or says false, while there is no answer. */
    @FunctionalInterface
    interface Question {
        @Nullable
        Object ask() throws Exception;
    }

    /**
     * @param hope throws when asking again is in vain
     * @throws IllegalStateException when two minutes were not enough, with the last reason
     */
    static void await(String who, Question question, Runnable hope) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (!Boolean.FALSE.equals(question.ask())) {
                    return;
                }
                check(who, end, null);
            } catch (IllegalStateException e) {
                throw e;
            } catch (Exception e) {
                hope.run();
                check(who, end, e);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void check(String who, long end, @Nullable Exception last) {
        if (System.nanoTime() - end > 0) {
            throw new IllegalStateException(who + " does not answer", last);
        }
    }
}
