package dev.flags.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Whether a commit is waited for at a replica. A server acknowledges a write before its replicas have it; when it is lost then,
 * so is the write, and a kill is worth knowing about.
 *
 * @param connected how many there are; empty when the server does not tell
 */
record Replicas(Optional<Integer> connected) {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Pattern CONNECTED = Pattern.compile("(?m)^connected_slaves:([0-9]{1,9})");

    static Replicas of(Response<String> info) {
        try {
            Matcher matcher = CONNECTED.matcher(info.get());
            return new Replicas(matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty());
        } catch (JedisDataException e) {
            return new Replicas(Optional.empty());
        }
    }

    /** Waits for one of them to have what was written over this connection; what is to be said about it. */
    Optional<String> confirm(RedisReading reading, Duration socketTimeout) {
        if (connected.isEmpty()) {
            return Optional.of(
                    "the server does not tell whether it has replicas (the login may not use INFO), so none was asked"
                            + " to confirm this");
        }
        if (connected.get() == 0) {
            return Optional.empty();
        }
        // the reply must come before the socket times out
        long patience = Math.min(PATIENCE.toMillis(), socketTimeout.toMillis() / 2);
        try {
            long confirmed = reading.run(reading.commands().waitReplicas(1, patience));
            return confirmed > 0
                    ? Optional.empty()
                    : Optional.of("none of " + connected.get() + " replicas confirmed this within " + patience
                            + " ms: should the server fail now, it may be lost");
        } catch (JedisException e) {
            return Optional.of(
                    "no replica confirmed this (" + e.getMessage() + "): should the server fail now, it may be lost");
        }
    }
}
