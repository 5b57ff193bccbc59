package dev.flags.redis;

import dev.flags.FlagsException;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * What Jedis throws, as what a store throws. A server's error begins with a code; inside a script older servers put their own
 * words before it, so codes are looked for anywhere.
 */
final class RedisFailures {
    /** What a server answers that is at fault itself for now, with what that means. */
    private static final Map<String, String> FOR_NOW = Map.ofEntries(
            Map.entry("OOM", "it has reached its maxmemory and takes no writes"),
            Map.entry("READONLY", "it is a replica, which takes no writes; the address must lead to the master"),
            Map.entry("LOADING", "it is still loading its data"),
            Map.entry("MASTERDOWN", "it is a replica that has lost its master"),
            Map.entry("CLUSTERDOWN", "its cluster does not serve the environment's slot"),
            Map.entry("TRYAGAIN", "its cluster is moving the environment's slot"),
            Map.entry("BUSY", "it is busy with a script of somebody else"),
            Map.entry("MISCONF", "it cannot save to its disk and takes no writes (stop-writes-on-bgsave-error)"),
            Map.entry("NOREPLICAS", "it has too few replicas to take writes (min-replicas-to-write)"));

    private static final Pattern CODE = Pattern.compile("\\b([A-Z]{3,12})\\b");

    private static final Pattern REFUSED =
            Pattern.compile("\\b(NOPERM|NOAUTH|WRONGPASS)\\b|invalid password|invalid username"
                    + "|without any password configured|no password is set|has no permissions|The user executing the script can't"
                    + "|ACL failure in script"
                    + "|unknown (sub)?command|Unknown Redis command");

    private RedisFailures() {}

    /** A failure of which it is known that nothing was written. */
    static FlagsException translate(JedisException failure, RedisConnections connections) {
        String location = connections.location();
        if (failure instanceof UnreachableException) {
            return new StoreUnavailableException(location + " cannot be reached: " + failure.getMessage(), failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SentinelRefusal refusal) {
                return new NotPermittedException(location + ": " + refusal.getMessage(), failure);
            }
            if (cause instanceof JedisDataException said) {
                return said(said, connections);
            }
        }
        String why = timedOut(failure)
                ? "no answer within " + connections.socketTimeout().toMillis() + " ms"
                : innermost(failure);
        return new StoreUnavailableException(location + " cannot be reached: " + why, failure);
    }

    private static FlagsException said(JedisDataException failure, RedisConnections connections) {
        String location = connections.location();
        String said = String.valueOf(failure.getMessage());
        if (failure instanceof JedisAccessControlException
                || REFUSED.matcher(said).find()) {
            return new NotPermittedException(
                    (connections.kind() == RedisUrl.Kind.SENTINEL ? "the master of " : "") + location + " refuses "
                            + RedisLogin.text(connections.user()) + ": " + said,
                    failure);
        }
        if (failure instanceof JedisRedirectionException) {
            return new StoreUnavailableException(
                    location + " does not serve the environment's slot: " + said
                            + (connections.kind() == RedisUrl.Kind.CLUSTER
                                    ? ""
                                    : ". It is a node of a Cluster; write redis-cluster://"),
                    failure);
        }
        Matcher codes = CODE.matcher(said);
        while (codes.find()) {
            String meaning = FOR_NOW.get(codes.group(1));
            if (meaning != null) {
                return new StoreUnavailableException(
                        location + " answers, but " + meaning + "; nothing was written (" + said + ")", failure);
            }
        }
        return new StoreDamagedException(location + " answers with an error: " + said, failure);
    }

    /** Whether the server is not, or no longer, the one that takes the environment's writes. */
    static boolean isMoved(JedisException failure) {
        return failure instanceof JedisRedirectionException
                || (failure instanceof JedisDataException && says(failure, "READONLY"));
    }

    static boolean isWrongType(JedisException failure) {
        return failure instanceof JedisDataException && says(failure, "WRONGTYPE");
    }

    private static boolean says(JedisException failure, String code) {
        return String.valueOf(failure.getMessage()).contains(code);
    }

    private static boolean timedOut(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    static StoreDamagedException foreign(String location, String key, String found, String expected) {
        return new StoreDamagedException(
                "The key " + key + " at " + location + " is a " + found + ", where flags keeps a "
                        + expected + ": another program uses the name. Remove the key, or let flags use another prefix;"
                        + " nothing was written");
    }
}
