package dev.flags.reliability;

import dev.flags.redis.RedisFlagStore;
import dev.flags.servers.Line;
import dev.flags.servers.RedisServer;
import dev.flags.store.FlagStore;
import java.util.concurrent.atomic.AtomicReference;

/** One Redis, with an append-only file that is synced at every commit; the application's line to it can be cut. */
final class RedisTarget implements Target {

    private static final String LOGIN = "application";

    private final RedisServer server = RedisServer.binary(
            "--appendonly", "yes", "--appendfsync", "always", "--user", LOGIN, "on", ">first", "~*", "&*", "+@all");
    private final Line line = Line.to(server);
    private final AtomicReference<String> password = new AtomicReference<>("first");

    RedisServer server() {
        return server;
    }

    Line line() {
        return line;
    }

    /** What the application answers when it is asked for its password. */
    void applicationPassword(String text) {
        password.set(text);
    }

    /** Changes the login on the server, and ends the connections that it has. */
    void login(String... rules) {
        String[] command = new String[rules.length + 3];
        command[0] = "ACL";
        command[1] = "SETUSER";
        command[2] = LOGIN;
        System.arraycopy(rules, 0, command, 3, rules.length);
        server.call(command);
        line.reset();
    }

    /** Deletes keys of an environment, as an eviction does. */
    void evict(Scene scene, String... names) {
        for (String name : names) {
            server.call("DEL", "flags:{" + scene.environment() + "}:" + name);
        }
    }

    @Override
    public String name() {
        return "Redis";
    }

    @Override
    public FlagStore open(String environment) {
        return RedisFlagStore.builder("redis://127.0.0.1:" + line.port(), environment)
                .user(LOGIN)
                .password(password::get)
                .open();
    }

    @Override
    public FlagStore administrator(String environment) {
        return RedisFlagStore.builder(server.url(), environment).open();
    }

    @Override
    public void close() {
        line.close();
        server.close();
    }
}
