package dev.flags.redis;

import dev.flags.FlagsException;
import dev.flags.redis.RedisReading.Base;
import dev.flags.store.NotPermittedException;
import dev.flags.store.OutcomeUnknownException;
import dev.flags.store.Storage.Append;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Sends a commit as one script: what goes in, and what comes out. */
final class Committing {
    private static final RedisScript SCRIPT = RedisScript.of("commit.lua");
    private static final String NONE = "-";

    /** What a server under load may take for each record, so that a restore of thousands of flags is not given up half-way. */
    private static final int MILLIS_EACH = 1;

    private final RedisReading reading;
    private final RedisKeys keys;

    Committing(RedisReading reading, RedisKeys keys) {
        this.reading = reading;
        this.keys = keys;
    }

    /** How the script ended, unless it failed. */
    enum Ended {
        WRITTEN,
        /** Somebody else has committed since; nothing was written. */
        HEAD_MOVED,
        /** The log has had entries beyond its last one, so the next revision must be higher; nothing was written. */
        LOG_WAS_LONGER
    }

    /**
     * Runs the script.
     *
     * @param base what the commit was planned on
     * @param settings what to store as the environment's settings, or null to leave them
     * @throws OutcomeUnknownException when the connection was lost after it was sent
     */
    Ended send(Append append, Base base, @Nullable String settings) {
        List<String> touched = new ArrayList<>(new TreeSet<>(append.keys()));
        List<String> scriptKeys = new ArrayList<>(keys.types().keySet());
        touched.forEach(key -> scriptKeys.add(keys.history(key)));
        Connection connection = reading.connection();
        int ordinary = connection.getSoTimeout();
        try {
            connection.setSoTimeout(
                    ordinary + MILLIS_EACH * (touched.size() + append.flags().size()));
            return ended(SCRIPT.run(reading, scriptKeys, arguments(append, base, settings, touched)));
        } catch (JedisConnectionException e) {
            throw new OutcomeUnknownException(
                    "the connection to " + reading.location() + " was lost while committing revision "
                            + append.entry().revision(),
                    e);
        } catch (JedisDataException e) {
            if (String.valueOf(e.getMessage()).contains("equal or smaller than the target stream top item")) {
                return Ended.LOG_WAS_LONGER;
            }
            throw e;
        } finally {
            if (!connection.isBroken()) {
                connection.setSoTimeout(ordinary);
            }
        }
    }

    /** In the order that the script's head says. */
    private static List<String> arguments(Append append, Base base, @Nullable String settings, List<String> touched) {
        List<String> arguments = new ArrayList<>();
        arguments.add(String.valueOf(Meta.SCHEMA));
        arguments.add(base.meta().field("revision"));
        arguments.add(base.meta().field("epoch"));
        arguments.add(base.meta().field("hash"));
        arguments.add(String.valueOf(append.entry().revision()));
        arguments.add(append.epoch());
        arguments.add(append.entry().hash());
        arguments.add(append.entry().payload());
        arguments.add(optional(settings));
        arguments.add(append.replacing() ? "1" : "0");
        arguments.add(String.valueOf(touched.size()));
        arguments.addAll(touched);
        arguments.add(String.valueOf(append.flags().size()));
        for (StoredFlag flag : append.flags()) {
            arguments.add(flag.key());
            arguments.add(Envelope.of(flag));
            arguments.add(optional(flag.kill()));
            arguments.add(optional(flag.rollout()));
        }
        arguments.add(String.valueOf(append.segments().size()));
        for (StoredSegment segment : append.segments()) {
            arguments.add(segment.name());
            arguments.add(Envelope.of(segment));
        }
        return arguments;
    }

    private static String optional(@Nullable String text) {
        return text == null ? NONE : "+" + text;
    }

    private Ended ended(Object reply) {
        List<?> words = (List<?>) reply;
        return switch (String.valueOf(words.get(0))) {
            case "written" -> Ended.WRITTEN;
            case "moved" -> Ended.HEAD_MOVED;
            default -> throw refusal(words.stream().map(String::valueOf).toList());
        };
    }

    private FlagsException refusal(List<String> words) {
        return switch (words.get(0)) {
            case "type" -> RedisFailures.foreign(reading.location(), words.get(1), words.get(2), words.get(3));
            case "schema" -> Meta.newer(keys.meta(), reading.location(), words.get(1));
            case "foreign" ->
                new StoreDamagedException("The key " + words.get(1) + " at " + reading.location()
                        + " is not the head record of an environment; nothing was written");
            case "denied" ->
                new NotPermittedException(reading.location() + " does not permit " + words.get(1) + " on "
                        + words.get(2) + " to this user; nothing was written");
            default -> new StoreDamagedException(reading.location() + " answered a commit with " + words);
        };
    }
}
