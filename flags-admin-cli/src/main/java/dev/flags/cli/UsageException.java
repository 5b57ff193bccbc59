package dev.flags.cli;

import dev.flags.FlagsException;

/** What was typed cannot be carried out as it stands: exit code 2. */
final class UsageException extends FlagsException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
