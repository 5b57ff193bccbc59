package dev.flags;

import dev.flags.evaluation.AttributeReader;
import dev.flags.outcomes.Choice;
import dev.flags.outcomes.Choosing;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be asked about flags. {@link Flags} answers from the newest snapshot, {@link Flags#pin()} from one
 * and the same.
 *
 * <p>No method here throws because of data, does I/O, takes a lock or logs, and none but {@link #prepare(String, Duration)} waits: a
 * problem is a decision with the caller's default and a {@link Reason}. A null flag key is {@link Reason#FLAG_NOT_FOUND}, a null user or
 * context is treated as one without targeting key. Safe for use by multiple threads.
 */
public interface FlagDecisions {

    /** As {@link #isEnabled(String, EvaluationContext)} for nobody in particular: a partial percentage serves control. */
    default boolean isEnabled(String key) {
        return isEnabled(key, EvaluationContext.anonymous(), false);
    }

    /** As {@link #isEnabled(String)} with the answer for when there is no decision. */
    default boolean isEnabled(String key, boolean defaultValue) {
        return isEnabled(key, EvaluationContext.anonymous(), defaultValue);
    }

    /** As {@link #isEnabled(String, EvaluationContext)} for a user id without attributes. */
    default boolean isEnabled(String key, @Nullable String userId) {
        return isEnabled(key, userId, false);
    }

    /** As {@link #isEnabled(String, EvaluationContext, boolean)} for a user id without attributes. */
    boolean isEnabled(String key, @Nullable String userId, boolean defaultValue);

    /**
     * Whether a boolean flag serves true; false where there is no decision or the flag is not boolean. {@link
     * dev.flags.evaluation.CompiledFlag#evaluate} has the order in which a flag is looked at, {@link
     * dev.flags.evaluation.Bucketing} who is inside a percentage.
     */
    default boolean isEnabled(String key, @Nullable EvaluationContext context) {
        return isEnabled(key, context, false);
    }

    /** Whether a boolean flag serves true; {@code defaultValue} where there is no decision or the flag is not boolean. */
    boolean isEnabled(String key, @Nullable EvaluationContext context, boolean defaultValue);

    /** The value of a string flag, or the default. */
    String stringValue(String key, @Nullable EvaluationContext context, String defaultValue);

    /** The value of a number flag as a long, or the default; a number with a fraction or out of range is a type mismatch. */
    long longValue(String key, @Nullable EvaluationContext context, long defaultValue);

    /** The value of a number flag as a double, or the default. */
    double doubleValue(String key, @Nullable EvaluationContext context, double defaultValue);

    /**
     * The value of any flag bound to a class by Jackson, or the default. The bound object is made once per variant and shared
     * by all callers, so it should be immutable.
     */
    <T> T value(String key, @Nullable EvaluationContext context, Class<T> type, T defaultValue);

    /** The decision with variant, value and reason. */
    Decision decide(String key, @Nullable EvaluationContext context);

    /**
     * The decision for a caller that needs a value of one type: {@link Reason#TYPE_MISMATCH}, without variant and value, where the
     * served value is of another.
     *
     * @param type {@link Boolean}, {@link String}, {@link Long} (a whole number in its range), {@link Double} (any number), or a class
     *     that a JSON value is bound to as {@link #value} does
     */
    Decision decide(String key, @Nullable EvaluationContext context, Class<?> type);

    /**
     * Decides between two paths of code and counts what becomes of them: the fluent form of {@link #isEnabled(String, String)}, and what a
     * rollout's guards go by.
     *
     * <pre>{@code
     * Project project = flags.choose("atomic-projects", userId)
     *         .whenOn(() -> createAtomically(request))          // treatment
     *         .whenOff(() -> createWithThreeInserts(request))   // control, and the fallback when asked for
     *         .fallBackOnFailure()
     *         .call();
     * }</pre>
     *
     * <p>The new path is taken where the flag serves true, and not while its breaker is open in this process: see {@link
     * dev.flags.outcomes.BreakerPolicy}. {@link dev.flags.outcomes.Choice} says what counts as a failure, and when a fallback is safe.
     */
    Choosing choose(String key, @Nullable String userId);

    /** As {@link #choose(String, String)}, for a context. */
    Choosing choose(String key, @Nullable EvaluationContext context);

    /** As {@link #choose(String, String)}, with what is said there of failures kept in a constant. */
    Choosing choose(Choice choice, @Nullable String userId);

    /** As {@link #choose(Choice, String)}, for a context. */
    Choosing choose(Choice choice, @Nullable EvaluationContext context);

    /** The decision together with the trace that led to it. For people; slower than {@link #decide}, and not counted. */
    Explanation explain(String key, @Nullable EvaluationContext context);

    /** The decisions of all flags for one context, by key, from one snapshot. Not counted. */
    Map<String, Decision> all(@Nullable EvaluationContext context);

    /** How long {@link #prepare} waits where nothing else is said. */
    Duration PREPARE_AT_MOST = Duration.ofMillis(100);

    /** As {@link #prepare(String, Duration)}, for at most {@link #PREPARE_AT_MOST}: 100 ms. */
    default boolean prepare(@Nullable String userId) {
        return prepare(userId, PREPARE_AT_MOST);
    }

    /**
     * Fetches ahead whether a user belongs to the large segments that some flag looks at, so that decisions need not find that unknown:
     * at the beginning of a request, say. Where all is known already, or there are no large segments, it returns at once. This is the
     * one method here that waits.
     *
     * @param userId the targeting key; null: there is nothing to fetch
     * @param atMost how long to wait; zero: only asks for what is not known
     * @return whether all is known now; an answer that an import or its age has overtaken counts as known. Never throws; false when
     *     the time was over, the store does not answer, nothing is loaded yet, or the thread was interrupted (and still is then)
     */
    boolean prepare(@Nullable String userId, Duration atMost);

    /** As {@link #prepare(String)} for a context's targeting key. */
    default boolean prepare(@Nullable EvaluationContext context) {
        return prepare(context, PREPARE_AT_MOST);
    }

    /** As {@link #prepare(String, Duration)} for a context's targeting key. */
    boolean prepare(@Nullable EvaluationContext context, Duration atMost);

    /**
     * These decisions for a class that cannot be edited.
     *
     * <pre>{@code
     * UserFlags<User> flags = base.forUsers(User::id, User::attribute);
     * flags.isEnabled("atomic-projects", user);
     * }</pre>
     *
     * @param targetingKey gives a user's targeting key
     * @param attributes gives a user's attribute by name, or null; shapes as in {@link EvaluationContext#attribute}
     */
    <U> UserFlags<U> forUsers(
            Function<? super U, @Nullable String> targetingKey, AttributeReader<? super U> attributes);

    /** As {@link #forUsers(Function, AttributeReader)} for users without attributes. */
    default <U> UserFlags<U> forUsers(Function<? super U, @Nullable String> targetingKey) {
        return forUsers(targetingKey, (user, name) -> null);
    }
}
