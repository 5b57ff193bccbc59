package dev.flags.servers;

import java.util.List;

/** Finds out how a Redis can be run here. */
final class RedisServers {

    private RedisServers() {}

    static RedisServer start(List<String> arguments) {
        return binary(arguments);
    }

    static RedisServer binary(List<String> arguments) {
        RedisServer server = LocalRedis.start(arguments);
        Said.once("Redis is " + server.kind());
        return server;
    }
}
