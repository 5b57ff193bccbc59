package dev.flags.servers;

import java.util.ArrayList;
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

    /** Whether a server with these arguments listens with TLS too. */
    static boolean isTls(List<String> arguments) {
        return arguments.contains("--tls-cert-file");
    }

    /** Those of them that say how TLS is spoken, each with its value. */
    static List<String> ofTls(List<String> arguments) {
        List<String> some = new ArrayList<>();
        for (int i = 0; i + 1 < arguments.size(); i++) {
            if (arguments.get(i).startsWith("--tls-")) {
                some.addAll(arguments.subList(i, i + 2));
            }
        }
        return some;
    }

    /** Reads the version from the answer to {@code INFO server}. */
    static String version(String info) {
        Matcher matcher = VERSION.matcher(info);
        return matcher.find() ? matcher.group(1) : "of unknown version";
    }
}
