package dev.flags.rollout;

import dev.flags.model.Percentage;

/** Where an aborted rollout leaves the percentage. Immutable. */
public sealed interface AbortTo {
    /** This one; not above what is served now. */
    record At(Percentage percentage) implements AbortTo {}

    /** What it was before the run; not above what is served now. */
    record Previous() implements AbortTo {}

    /** Nobody. */
    static AbortTo zero() {
        return new At(Percentage.ZERO);
    }

    /** This percentage. */
    static AbortTo percentage(Percentage percentage) {
        return new At(percentage);
    }

    /** The percentage before the run. */
    static AbortTo previous() {
        return new Previous();
    }

    /**
     * Down the plan's levels: at once to the first below, and lower only while a guard is breached. A controller watches each; the
     * rollout ends at the first level that is healthy.
     */
    record Gradually() implements AbortTo {}

    /** Down step by step, watched by the controller. */
    static AbortTo gradually() {
        return new Gradually();
    }
}
