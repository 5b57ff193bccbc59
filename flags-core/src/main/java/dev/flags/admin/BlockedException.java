package dev.flags.admin;

import dev.flags.FlagsException;

/** What was asked is not done because of how things stand in the store; nothing was written. The message says what to do instead. */
public final class BlockedException extends FlagsException {
    private static final long serialVersionUID = 1L;

    public BlockedException(String message) {
        super(message);
    }
}
