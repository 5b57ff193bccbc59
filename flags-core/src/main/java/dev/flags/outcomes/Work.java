package dev.flags.outcomes;

import org.jspecify.annotations.Nullable;

/**
 * One of the two paths; written as a {@link Path} when it has a result, as an {@link Action} when it has none.
 *
 * @param <T> the result
 * @param <E> what it throws; inferred, and {@link RuntimeException} where nothing checked is thrown
 */
public sealed interface Work<T extends @Nullable Object, E extends Exception> permits Path, Action {
    /** Takes the path. */
    T perform() throws E;
}
