package dev.flags.store;

import dev.flags.FlagsException;
import org.jspecify.annotations.Nullable;

/** There is no store where one was looked for; the message names the place and how to make one. */
public final class StoreMissingException extends FlagsException {
    private static final long serialVersionUID = 1L;

    public StoreMissingException(String message) {
        super(message);
    }

    public StoreMissingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
