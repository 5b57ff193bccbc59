package dev.flags;

/** There is no such flag, revision or rollout. */
public final class NoSuchFlagException extends FlagsException {
    private static final long serialVersionUID = 1L;

    public NoSuchFlagException(String message) {
        super(message);
    }
}
