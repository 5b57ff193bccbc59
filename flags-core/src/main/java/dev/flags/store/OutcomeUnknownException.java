package dev.flags.store;

import org.jspecify.annotations.Nullable;

/** The connection was lost after a write was sent: it may or may not have happened. */
public final class OutcomeUnknownException extends StoreUnavailableException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknownException(String message) {
        super(message);
    }

    public OutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
