package dev.flags;

import dev.flags.outcomes.Choice;
import dev.flags.outcomes.Choosing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decisions for an application's own user class; made by {@link FlagDecisions#forUsers}. The same promises as {@link
 * FlagDecisions}: an exception from the user object counts as "no value". Safe for use by multiple threads.
 *
 * @param <U> the application's user class
 */
public interface UserFlags<U> {
    /** Whether a boolean flag serves true; false where there is no decision or the flag is not boolean. */
    default boolean isEnabled(String key, @Nullable U user) {
        return isEnabled(key, user, false);
    }

    /** Whether a boolean flag serves true; {@code defaultValue} where there is no decision or the flag is not boolean. */
    boolean isEnabled(String key, @Nullable U user, boolean defaultValue);

    /** The value of a string flag, or the default. */
    String stringValue(String key, @Nullable U user, String defaultValue);

    /** The value of a number flag as a long, or the default. */
    long longValue(String key, @Nullable U user, long defaultValue);

    /** The value of a number flag as a double, or the default. */
    double doubleValue(String key, @Nullable U user, double defaultValue);

    /** The value of any flag bound to a class; see {@link FlagDecisions#value}. */
    <T> T value(String key, @Nullable U user, Class<T> type, T defaultValue);

    /** As {@link #prepare(Object, Duration)}, for at most {@link FlagDecisions#PREPARE_AT_MOST}. */
    default boolean prepare(@Nullable U user) {
        return prepare(user, FlagDecisions.PREPARE_AT_MOST);
    }

    /** Fetches memberships of large segments ahead; see {@link FlagDecisions#prepare(String, Duration)}. */
    boolean prepare(@Nullable U user, Duration atMost);

    /** The decision with variant, value and reason. */
    Decision decide(String key, @Nullable U user);

    /** A choice between two paths; see {@link FlagDecisions#choose(String, String)}. */
    Choosing choose(String key, @Nullable U user);

    /** A choice between two paths; see {@link FlagDecisions#choose(Choice, String)}. */
    Choosing choose(Choice choice, @Nullable U user);
}
