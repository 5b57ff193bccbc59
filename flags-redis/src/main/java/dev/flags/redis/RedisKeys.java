package dev.flags.redis;

import dev.flags.FlagsException;
import dev.flags.model.FlagKeys;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names of an environment's keys. The environment stands in braces, so that all of them lie in one hash slot of a Cluster.
 * Immutable.
 *
 * @param prefix what they all begin with
 * @param environment the environment's name; letters, digits and {@code . _ -}, since a brace in it would scatter the keys
 */
record RedisKeys(String prefix, String environment) {
    static final String DEFAULT_PREFIX = "flags";

    RedisKeys {
        FlagKeys.problemWith(environment).ifPresent(problem -> {
            throw new FlagsException("The environment's name '" + environment + "' " + problem);
        });
        FlagKeys.problemWith(prefix).ifPresent(problem -> {
            throw new FlagsException("The prefix '" + prefix + "' " + problem);
        });
    }

    /** What every key of the environment begins with. */
    String base() {
        return prefix + ":{" + environment + "}:";
    }

    String flags() {
        return base() + "flags";
    }

    String kills() {
        return base() + "kills";
    }

    String rollouts() {
        return base() + "rollouts";
    }

    String segments() {
        return base() + "segments";
    }

    String log() {
        return base() + "log";
    }

    String meta() {
        return base() + "meta";
    }

    /** The keys that are always there, and the type that Redis calls each of them. */
    Map<String, String> types() {
        Map<String, String> types = new LinkedHashMap<>();
        types.put(meta(), "hash");
        types.put(log(), "stream");
        types.put(flags(), "hash");
        types.put(kills(), "hash");
        types.put(rollouts(), "hash");
        types.put(segments(), "hash");
        return types;
    }

    String history(String flag) {
        return base() + "history:" + flag;
    }

    String members(String segment, String version) {
        return base() + "segment:" + segment + ":" + version;
    }

    /** Who controls the environment's rollouts. */
    String lease() {
        return base() + "lease";
    }

    /** A record of the controller. */
    String evidence(String name) {
        return base() + "evidence:" + name;
    }

    /** The outcome rows of one window. */
    String outcomes(String run, long windowEpochSecond) {
        return base() + "outcomes:" + run + ":" + windowEpochSecond;
    }
}
