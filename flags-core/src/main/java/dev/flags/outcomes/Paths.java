package dev.flags.outcomes;

import dev.flags.evaluation.AttributeReader;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A decision and its two paths, ready to be taken.
 *
 * <p>What is said here of failures is the same as on {@link Choice}; a call site that says more than {@link #fallBackOnFailure()} and
 * is hot keeps a {@link Choice} in a constant, so that nothing is put together for each call. Immutable.
 *
 * @param <T> the result
 * @param <E> what the new path throws
 * @param <F> what the old path throws
 */
public final class Paths<T extends @Nullable Object, E extends Exception, F extends Exception> {
    private final Router router;
    private final @Nullable String key;
    private final @Nullable Choice choice;
    private final @Nullable String targetingKey;
    private final @Nullable Object subject;
    private final AttributeReader<Object> attributes;
    private final boolean fallsBack;
    private final Work<? extends T, E> whenOn;
    private final Work<? extends T, F> whenOff;

    /**
     * Two paths.
     *
     * @param choice null: the flag's defaults, which it keeps
     * @param fallsBack whether there is the plain fallback, whatever the choice says
     */
    Paths(
            Router router,
            @Nullable String key,
            @Nullable Choice choice,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes,
            boolean fallsBack,
            Work<? extends T, E> whenOn,
            Work<? extends T, F> whenOff) {
        this.router = router;
        this.key = key;
        this.choice = choice;
        this.targetingKey = targetingKey;
        this.subject = subject;
        this.attributes = attributes;
        this.fallsBack = fallsBack;
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
        return Call.take(router, key, choice, fallsBack, targetingKey, subject, attributes, whenOn, whenOff);
    }

    /** As {@link #call}, for paths without a result. */
    public void run() throws E, F {
        call();
    }

    /** As {@link Choice#fallBackOnFailure()}. */
    public Paths<T, E, F> fallBackOnFailure() {
        return new Paths<>(router, key, choice, targetingKey, subject, attributes, true, whenOn, whenOff);
    }

    /** As {@link Choice#fallBackOnFailure(Class[])}. */
    @SafeVarargs
    public final Paths<T, E, F> fallBackOnFailure(Class<? extends Exception>... exceptions) {
        return with(known().fallBackOnFailure(exceptions));
    }

    /** As {@link Choice#countAsFailure}. */
    @SafeVarargs
    public final Paths<T, E, F> countAsFailure(Class<? extends Throwable>... exceptions) {
        return with(known().countAsFailure(exceptions));
    }

    /** As {@link Choice#doNotCount}. */
    @SafeVarargs
    public final Paths<T, E, F> doNotCount(Class<? extends Exception>... exceptions) {
        return with(known().doNotCount(exceptions));
    }

    /** As {@link Choice#critical(String, Class[])}. */
    @SafeVarargs
    public final Paths<T, E, F> critical(String code, Class<? extends Throwable>... exceptions) {
        return with(known().critical(code, exceptions));
    }

    /** As {@link Choice#critical(String, Predicate)}. */
    public Paths<T, E, F> critical(String code, Predicate<? super Throwable> test) {
        return with(known().critical(code, test));
    }

    /** As {@link Choice#slowAfter}. */
    public Paths<T, E, F> slowAfter(Duration bound) {
        return with(known().slowAfter(bound));
    }

    private Paths<T, E, F> with(Choice other) {
        return new Paths<>(router, key, other, targetingKey, subject, attributes, false, whenOn, whenOff);
    }

    private Choice known() {
        Choice given = choice == null ? Choice.ofKnown(key == null ? "(null)" : key) : choice;
        return fallsBack ? given.fallBackOnFailure() : given;
    }
}
