package dev.flags.store;

import dev.flags.FlagsException;
import org.jspecify.annotations.Nullable;

/** The store does not answer: refused, timed out, locked for too long. Worth trying again. */
public class StoreUnavailableException extends FlagsException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
