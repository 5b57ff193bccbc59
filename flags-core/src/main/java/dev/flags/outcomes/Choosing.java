package dev.flags.outcomes;

import dev.flags.evaluation.AttributeReader;
import org.jspecify.annotations.Nullable;

/**
 * A decision that waits for its two paths; see {@link dev.flags.FlagDecisions#choose}. It is made when a path is taken.
 *
 * <pre>{@code
 * Project project = flags.choose("atomic-projects", userId)
 *         .whenOn(() -> createAtomically(request))          // treatment
 *         .whenOff(() -> createWithThreeInserts(request))   // control, and the fallback when asked for
 *         .fallBackOnFailure()
 *         .call();
 * }</pre>
 *
 * <p>Each step is a small immutable value, which the JVM's compiler keeps off the heap: a call costs no allocation beyond the two
 * lambdas. To be used once; whatever is done with it twice counts twice.
 */
public final class Choosing {
    // What was asked and not what was decided, so that the JVM's compiler takes choose() in whole. The steps after it
    // copy these fields: an object inside another one would not be kept off the heap.
    private final Router router;
    private final @Nullable String key;
    private final @Nullable Choice choice;
    private final @Nullable String targetingKey;
    private final @Nullable Object subject;
    private final AttributeReader<Object> attributes;

    /** For the implementation of {@link dev.flags.FlagDecisions}. */
    @SuppressWarnings("unchecked") // a reader of S is only ever given this S
    public <S> Choosing(
            Router router,
            @Nullable String key,
            @Nullable Choice choice,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        this.router = router;
        this.key = key;
        this.choice = choice;
        this.targetingKey = targetingKey;
        this.subject = subject;
        this.attributes = (AttributeReader<Object>) attributes;
    }

    /** The new path, for those whom the flag is on for. A method reference to an overloaded method must be written as a lambda. */
    public <T extends @Nullable Object, E extends Exception> WhenOn<T, E> whenOn(Path<T, E> path) {
        return new WhenOn<>(this, path);
    }

    /** The new path, without a result. */
    public <E extends Exception> ActionWhenOn<E> whenOn(Action<E> action) {
        return new ActionWhenOn<>(this, action);
    }

    /**
     * For code that cannot be wrapped: starts watching now, and is told the end later, by any thread.
     *
     * <pre>{@code
     * Observation observation = flags.choose("atomic-projects", userId).observe();
     * if (observation.enabled()) { … }
     * observation.success();
     * }</pre>
     */
    public Observation observe() {
        Route route = router.route(key, targetingKey, subject, attributes);
        FlagOutcomes flag = route.flag;
        if (flag == null) {
            return Observation.uncounted(route.on);
        }
        return flag.observe(route, choice == null ? flag.defaultChoice() : choice, targetingKey, subject, attributes);
    }

    /** The decision and the new path. */
    public static final class WhenOn<T extends @Nullable Object, E extends Exception> {
        private final Router router;
        private final @Nullable String key;
        private final @Nullable Choice choice;
        private final @Nullable String targetingKey;
        private final @Nullable Object subject;
        private final AttributeReader<Object> attributes;
        private final Path<T, E> whenOn;

        WhenOn(Choosing decided, Path<T, E> whenOn) {
            this.router = decided.router;
            this.key = decided.key;
            this.choice = decided.choice;
            this.targetingKey = decided.targetingKey;
            this.subject = decided.subject;
            this.attributes = decided.attributes;
            this.whenOn = whenOn;
        }

        /** The old path: for those whom the flag is off for, while the breaker is open, and as the fallback where asked for. */
        public <F extends Exception> Paths<T, E, F> whenOff(Path<? extends T, F> path) {
            return new Paths<>(router, key, choice, targetingKey, subject, attributes, false, whenOn, path);
        }
    }

    /** The decision and the new path without a result. */
    public static final class ActionWhenOn<E extends Exception> {
        private final Router router;
        private final @Nullable String key;
        private final @Nullable Choice choice;
        private final @Nullable String targetingKey;
        private final @Nullable Object subject;
        private final AttributeReader<Object> attributes;
        private final Action<E> whenOn;

        ActionWhenOn(Choosing decided, Action<E> whenOn) {
            this.router = decided.router;
            this.key = decided.key;
            this.choice = decided.choice;
            this.targetingKey = decided.targetingKey;
            this.subject = decided.subject;
            this.attributes = decided.attributes;
            this.whenOn = whenOn;
        }

        /** The old path; as {@link WhenOn#whenOff}. */
        public <F extends Exception> Paths<@Nullable Void, E, F> whenOff(Action<F> action) {
            return new Paths<>(router, key, choice, targetingKey, subject, attributes, false, whenOn, action);
        }
    }
}
