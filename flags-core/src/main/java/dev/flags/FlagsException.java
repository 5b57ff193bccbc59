package dev.flags;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything this library throws. Evaluation never throws; building, administering and storing may. The
 * message says what was wrong, where, and what to do.
 */
public class FlagsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FlagsException(String message) {
        super(message);
    }

    public FlagsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
