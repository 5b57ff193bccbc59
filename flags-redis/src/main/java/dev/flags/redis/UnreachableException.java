package dev.flags.redis;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A failure to connect whose message says all that a person needs; its causes say less. */
final class UnreachableException extends JedisConnectionException {
    private static final long serialVersionUID = 1L;

    UnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
