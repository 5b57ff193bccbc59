package dev.flags.servers;

/** A Redis answered a test's own command with an error; the message is Redis' own. */
public final class RedisRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisRefused(String message) {
        super(message);
    }
}
