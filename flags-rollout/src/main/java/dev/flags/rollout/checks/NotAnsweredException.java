package dev.flags.rollout.checks;

import org.jspecify.annotations.Nullable;

/** Something outside did not answer as it should; the message is for a person, names it, and holds no secret. */
final class NotAnsweredException extends Exception {
    private static final long serialVersionUID = 1L;

    NotAnsweredException(String message) {
        super(message);
    }

    NotAnsweredException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
