package dev.flags.store;

import dev.flags.FlagsException;
import org.jspecify.annotations.Nullable;

/** The store refuses: credentials, roles, or a file that cannot be written. */
public final class NotPermittedException extends FlagsException {
    private static final long serialVersionUID = 1L;

    public NotPermittedException(String message) {
        super(message);
    }

    public NotPermittedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
