package dev.flags.redis;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisException;

/** What each of several servers failed with, when none of them could be asked. Confined to one thread. */
final class Unanswered {
    private final StringJoiner text;
    private @Nullable JedisException first;
    private @Nullable JedisAccessControlException refusal;

    Unanswered(String summary) {
        text = new StringJoiner("; ", summary + " (", ")").setEmptyValue(summary);
    }

    void add(HostAndPort server, JedisException failure) {
        text.add(RedisUrl.text(server) + ": " + failure.getMessage());
        if (failure instanceof JedisAccessControlException refused) {
            refusal = refused;
        }
        if (first == null) {
            first = failure;
        } else if (first != failure) {
            first.addSuppressed(failure);
        }
    }

    /** A refusal is told before silence: the one who reads it can do something about it. */
    JedisException exception() {
        return refusal == null
                ? new UnreachableException(text.toString(), first)
                : new JedisAccessControlException(text.toString(), refusal);
    }
}
