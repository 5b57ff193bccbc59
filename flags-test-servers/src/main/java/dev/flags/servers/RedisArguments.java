package dev.flags.servers;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the test servers themselves must know of the arguments they pass on, and of what the server answers. */
final class RedisArguments {

    private static final Pattern VERSION = Pattern.compile("(?:valkey|redis)_version:([0-9.]+)");

    private RedisArguments() {}

    static @Nullable String password(List<String> arguments) {
        int at = arguments.indexOf("--requirepass");
        return at < 0 ? null : arguments.get(at + 1);
    }

    /** Reads the version from the answer to {@code INFO server}. */
    static String version(String info) {
        Matcher matcher = VERSION.matcher(info);
        return matcher.find() ? matcher.group(1) : "of unknown version";
    }
}
