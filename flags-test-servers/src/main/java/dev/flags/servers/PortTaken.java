package dev.flags.servers;

import java.util.function.Supplier;

/** A port that looked free was taken by somebody else before the server came to bind it. */
final class PortTaken extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int ATTEMPTS = 5;

    PortTaken(String message) {
        super(message);
    }

    /** Starts servers, and starts others when that happens. */
    static <T> T tryingOthers(Supplier<T> start) {
        for (int attempt = 1; ; attempt++) {
            try {
                return start.get();
            } catch (PortTaken e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
