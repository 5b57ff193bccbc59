package dev.flags.outcomes;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One call that is watched from outside, because its code cannot be wrapped: it began when this was made, and ends with the first of
 * {@link #success} and {@link #failure}; what is said later counts nothing. One that never ends is counted as slow when it passes the
 * bounds, and then holds nothing any more.
 *
 * <p>Safe for use by multiple threads: any may end it.
 */
public final class Observation {
    private static final Observation OFF = uncounted(Route.UNKNOWN);
    private static final Observation ON = uncounted(Route.UNCOUNTED);

    private final Route route;
    private final int slot;
    private final long start;
    private final long user;
    private final Choice choice;
    private final Breaker.Admission admission;
    private final AtomicBoolean ended = new AtomicBoolean();

    Observation(Route route, int slot, long start, long user, Choice choice, Breaker.Admission admission) {
        this.route = route;
        this.slot = slot;
        this.start = start;
        this.user = user;
        this.choice = choice;
        this.admission = admission;
    }

    private static Observation uncounted(Route route) {
        return new Observation(route, InFlight.NO_SLOT, 0, 0, Choice.UNKNOWN, Breaker.Admission.ADMITTED);
    }

    /** Of a call that counts nowhere: the flag is unknown, or an open breaker sends the call the old path. */
    static Observation uncounted(boolean on) {
        return on ? ON : OFF;
    }

    /** Whether the new path is to be taken: decided when this was made; false while the flag's breaker is open. */
    public boolean enabled() {
        return route.on;
    }

    /** The call did well. */
    public void success() {
        FlagOutcomes known = route.flag;
        if (known != null && ended.compareAndSet(false, true)) {
            known.ended(route, slot, start, user, admission, false, null);
        }
    }

    /**
     * The call ended with this; whether it counts as a failure, and under which code, is as {@link Choice} says. What {@link
     * CompletionException} and {@link ExecutionException} carry is taken out of them.
     */
    public void failure(Throwable failure) {
        FlagOutcomes known = route.flag;
        if (known != null && ended.compareAndSet(false, true)) {
            known.thrown(route, slot, start, user, choice, admission, carried(failure));
        }
    }

    /**
     * The call failed.
     *
     * @param code counted as a critical code; one that is longer than 64 characters or not printable ASCII counts as {@code (other)}
     */
    public void failure(String code) {
        FlagOutcomes known = route.flag;
        if (known != null && ended.compareAndSet(false, true)) {
            known.ended(route, slot, start, user, admission, true, code);
        }
    }

    /**
     * Ends this when the stage completes, well or not.
     *
     * @return the stage given
     */
    public <S extends CompletionStage<?>> S until(S stage) {
        CompletionStage<?> unused = stage.whenComplete((result, failure) -> {
            if (failure == null) {
                success();
            } else {
                failure(failure);
            }
        });
        return stage;
    }

    private static Throwable carried(Throwable failure) {
        Throwable carried = failure;
        for (int i = 0;
                i < 10 && (carried instanceof CompletionException || carried instanceof ExecutionException);
                i++) {
            Throwable cause = carried.getCause();
            if (cause == null) {
                break;
            }
            carried = cause;
        }
        return carried;
    }
}
