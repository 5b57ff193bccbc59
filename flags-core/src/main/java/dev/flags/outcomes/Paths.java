package dev.flags.outcomes;

import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A decision and its two paths, ready to be taken.
 *
 * <p>What is said here of failures is the same as on {@link Choice}; a call site that says more than {@link #fallBackOnFailure()} and is
 * hot keeps a {@link Choice} in a constant, so that nothing is put together for each call.
 *
 * @param <T> the result
 * @param <E> what the new path throws
 * @param <F> what the old path throws
 */
public final class Paths<T extends @Nullable Object, E extends Exception, F extends Exception> {
    private final @Nullable FlagOutcomes flag;
    private final @Nullable Tally tally;
    private final boolean on;
    private final long user;
    private final Choice choice;
    private final Work<? extends T, E> whenOn;
    private final Work<? extends T, F> whenOff;

    Paths(
            @Nullable FlagOutcomes flag,
            @Nullable Tally tally,
            boolean on,
            long user,
            Choice choice,
            Work<? extends T, E> whenOn,
            Work<? extends T, F> whenOff) {
        this.flag = flag;
        this.tally = tally;
        this.on = on;
        this.user = user;
        this.choice = choice;
        this.whenOn = whenOn;
        this.whenOff = whenOff;
    }

    /**
     * Takes the path that was decided for, and counts what becomes of it.
     *
     * @return the path's result
     * @throws E what the new path throws, where there is no fallback
     * @throws F what the old path throws
     */
    public T call() throws E, F {
        FlagOutcomes known = flag;
        if (known != null) {
            return known.call(tally, on, user, choice, whenOn, whenOff);
        }
        return on ? whenOn.perform() : whenOff.perform();
    }

    /** As {@link #call}, for paths without a result. */
    public void run() throws E, F {
        call();
    }

    /** As {@link Choice#fallBackOnFailure()}. */
    public Paths<T, E, F> fallBackOnFailure() {
        return with(choice.fallBackOnFailure());
    }

    /** As {@link Choice#fallBackOnFailure(Class[])}. */
    @SafeVarargs
    public final Paths<T, E, F> fallBackOnFailure(Class<? extends Exception>... exceptions) {
        return with(choice.fallBackOnFailure(exceptions));
    }

    /** As {@link Choice#countAsFailure}. */
    @SafeVarargs
    public final Paths<T, E, F> countAsFailure(Class<? extends Throwable>... exceptions) {
        return with(choice.countAsFailure(exceptions));
    }

    /** As {@link Choice#doNotCount}. */
    @SafeVarargs
    public final Paths<T, E, F> doNotCount(Class<? extends Exception>... exceptions) {
        return with(choice.doNotCount(exceptions));
    }

    /** As {@link Choice#critical(String, Class[])}. */
    @SafeVarargs
    public final Paths<T, E, F> critical(String code, Class<? extends Throwable>... exceptions) {
        return with(choice.critical(code, exceptions));
    }

    /** As {@link Choice#critical(String, Predicate)}. */
    public Paths<T, E, F> critical(String code, Predicate<? super Throwable> test) {
        return with(choice.critical(code, test));
    }

    /** As {@link Choice#slowAfter}. */
    public Paths<T, E, F> slowAfter(Duration bound) {
        return with(choice.slowAfter(bound));
    }

    private Paths<T, E, F> with(Choice other) {
        Tally counting = tally;
        if (counting != null && other.hasBounds()) {
            counting.judge(other);
        }
        return new Paths<>(flag, tally, on, user, other, whenOn, whenOff);
    }
}
