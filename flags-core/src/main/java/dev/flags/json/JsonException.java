package dev.flags.json;

import dev.flags.FlagsException;
import org.jspecify.annotations.Nullable;

/** Text that is not JSON or YAML as this library takes it; the message has the line and column where that shows. */
public final class JsonException extends FlagsException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }

    JsonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
