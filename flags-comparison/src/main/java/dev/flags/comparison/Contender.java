package dev.flags.comparison;

import org.jspecify.annotations.Nullable;

/**
 * One SDK in one configuration, loaded and ready, asked in the way in which its own documentation asks it. Safe for use by multiple
 * threads.
 *
 * @param <F> what names a flag
 * @param <U> who is asked for
 */
interface Contender<F, U> extends AutoCloseable {

    /** What names this flag in a call; an application keeps it in a constant. */
    F flag(String key);

    /** Who is asked for, as an application has it at hand through a request. */
    U user(String id, String country);

    /** The decision of a boolean flag. */
    boolean isOn(F flag, U user);

    /** The same for code that has nothing but a user id. */
    boolean isOnForId(F flag, String userId);

    /** The decision of {@link Question#VARIANTS}, with its reason where there are reasons. */
    Object variant(U user);

    /** The text that such a decision serves; null where it serves none. */
    @Nullable
    String text(Object variant);

    @Override
    void close();
}
