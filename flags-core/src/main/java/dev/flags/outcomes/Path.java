package dev.flags.outcomes;

import org.jspecify.annotations.Nullable;

/**
 * A path with a result, which may be null. Taken on the thread that makes the call.
 *
 * @param <T> the result
 * @param <E> what it throws
 */
@FunctionalInterface
public non-sealed interface Path<T extends @Nullable Object, E extends Exception> extends Work<T, E> {
    /** Takes the path. */
    T call() throws E;

    @Override
    default T perform() throws E {
        return call();
    }
}
