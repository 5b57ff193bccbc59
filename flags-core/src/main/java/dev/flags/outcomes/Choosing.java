package dev.flags.outcomes;

import org.jspecify.annotations.Nullable;

/**
 * A decision that has been made, waiting for the two paths; see {@link dev.flags.FlagDecisions#choose}.
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
    private final @Nullable FlagOutcomes flag;
    private final @Nullable Tally tally;
    private final boolean on;
    private final long user;
    private final @Nullable Choice choice;

    /**
     * For the implementation of {@link dev.flags.FlagDecisions}.
     *
     * @param flag null for a flag that no layer knows: the old path is taken, and nothing counted
     * @param tally where the call counts for a rollout; null when there is none
     * @param user the user's hash; 0 when the decision is not part of the comparison
     */
    Choosing(@Nullable FlagOutcomes flag, @Nullable Tally tally, boolean on, long user, @Nullable Choice choice) {
        this.flag = flag;
        this.tally = tally;
        this.on = on;
        this.user = user;
        this.choice = choice;
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
        return flag == null ? Observation.UNKNOWN : flag.observe(tally, on, user, choiceOrDefault());
    }

    private Choice choiceOrDefault() {
        Choice given = choice;
        return given != null || flag == null ? given == null ? Choice.UNKNOWN : given : flag.defaultChoice();
    }

    /** The decision and the new path. */
    public static final class WhenOn<T extends @Nullable Object, E extends Exception> {
        private final Choosing decided;
        private final Path<T, E> whenOn;

        WhenOn(Choosing decided, Path<T, E> whenOn) {
            this.decided = decided;
            this.whenOn = whenOn;
        }

        /** The old path: for those whom the flag is off for, while the breaker is open, and as the fallback where asked for. */
        public <F extends Exception> Paths<T, E, F> whenOff(Path<? extends T, F> path) {
            return new Paths<>(
                    decided.flag, decided.tally, decided.on, decided.user, decided.choiceOrDefault(), whenOn, path);
        }
    }

    /** The decision and the new path without a result. */
    public static final class ActionWhenOn<E extends Exception> {
        private final Choosing decided;
        private final Action<E> whenOn;

        ActionWhenOn(Choosing decided, Action<E> whenOn) {
            this.decided = decided;
            this.whenOn = whenOn;
        }

        /** The old path; as {@link WhenOn#whenOff}. */
        public <F extends Exception> Paths<@Nullable Void, E, F> whenOff(Action<F> action) {
            return new Paths<>(
                    decided.flag, decided.tally, decided.on, decided.user, decided.choiceOrDefault(), whenOn, action);
        }
    }
}
