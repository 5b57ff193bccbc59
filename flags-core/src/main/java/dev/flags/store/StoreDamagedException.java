package dev.flags.store;

import dev.flags.FlagsException;
import org.jspecify.annotations.Nullable;

/** What is there is not a store of ours, is damaged, or was made by a newer version. */
public final class StoreDamagedException extends FlagsException {
    private static final long serialVersionUID = 1L;

    public StoreDamagedException(String message) {
        super(message);
    }

    public StoreDamagedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
