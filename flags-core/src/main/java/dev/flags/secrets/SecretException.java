package dev.flags.secrets;

import dev.flags.FlagsException;
import org.jspecify.annotations.Nullable;

/** A secret cannot be had, or is not kept safely; the message says where and what to do, and never holds the secret. */
public final class SecretException extends FlagsException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, with whose secret it is. */
    public SecretException(String message) {
        super(message);
    }

    /** The same, with what it came from. */
    public SecretException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
