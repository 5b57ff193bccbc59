package dev.flags.rollout;

import dev.flags.model.Percentage;

/** Where an aborted rollout leaves the percentage. */
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
}
