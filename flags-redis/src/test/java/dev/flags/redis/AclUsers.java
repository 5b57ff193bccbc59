package dev.flags.redis;

import dev.flags.servers.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The users that the resource {@code acl/users.txt} makes, on servers for tests. */
final class AclUsers {
    static final String APPLICATION = "flags-application";
    static final String CONTROLLER = "flags-controller";
    static final String ADMINISTRATOR = "flags-administrator";
    static final String PASSWORD = "password-of-it";

    private AclUsers() {}

    /** Whether a server knows keys that may only be read. */
    static boolean isEnforcing(RedisServer server) {
        return Integer.parseInt(server.version().replaceFirst("\\..*", "")) >= 7;
    }

    /** The resource's lines, with one password in place of what stands for them. */
    static List<String> lines() {
        try (InputStream in = RedisFlagStore.class.getResourceAsStream("acl/users.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("PASSWORD-OF-THE-(APPLICATION|CONTROLLER|ADMINISTRATOR)", PASSWORD)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What {@code ACL SETUSER} is told of a user after its name. */
    private static Stream<String> rules(String user) {
        return lines().stream()
                .filter(line -> line.startsWith("ACL SETUSER " + user + " "))
                .flatMap(line -> Stream.of(line.split(" ", -1)).skip(3));
    }

    /** The commands that a user may call: {@code hgetall}, {@code cluster|slots}. */
    static List<String> commands(String user) {
        return rules(user)
                .filter(rule -> rule.startsWith("+"))
                .map(rule -> rule.substring(1))
                .toList();
    }

    /**
     * Makes a user that may do what another may, but for one command. On a server that does not know keys that may only be read, it may
     * write them.
     */
    static void makeWithout(String command, String like, String name, RedisServer server) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", name));
        rules(like)
                .filter(rule -> !rule.equals("+" + command))
                .map(rule -> isEnforcing(server) ? rule : rule.replaceFirst("^%RW?~", "~"))
                .forEach(words::add);
        server.call(words.toArray(String[]::new));
    }
}
