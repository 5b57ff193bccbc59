package dev.flags.redis;

import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisException;

/** What each of several servers failed with, when none of them could be asked. Confined to one thread. */
final class Unanswered {
    private final StringJoiner each = new StringJoiner("; ", " (", ")").setEmptyValue("");
    private @Nullable JedisException first;
    private @Nullable JedisAccessControlException refusal;

    void add(HostAndPort server, JedisException failure) {
        each.add(RedisUrl.text(server) + ": " + failure.getMessage());
        if (refusal == null && failure instanceof JedisAccessControlException refused) {
            refusal = refused;
        }
        if (first == null) {
            first = failure;
        } else if (first != failure) {
            first.addSuppressed(failure);
        }
    }

    /** The first that did not let this client in. It is told before silence: the one who reads it can do something about it. */
    Optional<JedisAccessControlException> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** What each server said, in brackets and with a space before; empty when none was asked. */
    String each() {
        return each.toString();
    }

    /** That nobody could be asked. */
    JedisException exception(String summary) {
        String text = summary + each;
        return refusal == null ? new UnreachableException(text, first) : new JedisAccessControlException(text, refusal);
    }
}
