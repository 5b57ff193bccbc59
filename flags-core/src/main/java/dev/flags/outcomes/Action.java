package dev.flags.outcomes;

import org.jspecify.annotations.Nullable;

/**
 * A path without a result. Taken on the thread that makes the call.
 *
 * @param <E> what it throws
 */
@FunctionalInterface
public non-sealed interface Action<E extends Exception> extends Work<@Nullable Void, E> {
    /** Takes the path. */
    void run() throws E;

    @Override
    @SuppressWarnings("NullAway") // the result's type is nullable, which it does not look at
    default @Nullable Void perform() throws E {
        run();
        return null;
    }
}
