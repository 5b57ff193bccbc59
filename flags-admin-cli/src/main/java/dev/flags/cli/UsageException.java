package dev.flags.cli;

import dev.flags.FlagsException;
import org.jspecify.annotations.Nullable;

/** What was typed cannot be carried out as it stands: exit code 2. */
final class UsageException extends FlagsException {
    private static final long serialVersionUID = 1L;

    UsageException(@Nullable String message) {
        super(message == null ? "wrong usage" : message);
    }

    UsageException(@Nullable String message, Throwable cause) {
        super(message == null ? "wrong usage" : message, cause);
    }
}
