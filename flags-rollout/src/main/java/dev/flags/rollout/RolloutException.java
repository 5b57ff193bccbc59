package dev.flags.rollout;

import dev.flags.FlagsException;

/** The flag or its rollout is not in a state in which this can be done; the message says which and what to do. */
public final class RolloutException extends FlagsException {
    private static final long serialVersionUID = 1L;

    RolloutException(String message) {
        super(message);
    }
}
