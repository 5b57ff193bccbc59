package dev.flags.servers;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds out how a Redis can be run here: Docker when it can, otherwise a process, otherwise not at all, which fails. */
final class RedisServers {

    /** Why Docker is not tried again, once it has failed in this JVM. */
    private static final AtomicReference<@Nullable String> DOCKER_FAILED = new AtomicReference<>();

    private RedisServers() {}

    static RedisServer start(List<String> arguments) {
        Optional<String> absent = DockerEngine.whyAbsent();
        String reason = absent.orElseGet(DOCKER_FAILED::get);
        if (RedisArguments.isTls(arguments)) {
            reason = "its certificates are files of this machine";
        }
        if (reason == null) {
            try {
                DockerRedis server = DockerRedis.start(arguments);
                Said.once("Redis is " + server.kind());
                return server;
            } catch (RuntimeException e) {
                reason = "Docker answers, but " + e.getMessage();
                DOCKER_FAILED.set(reason);
            }
        }
        try {
            LocalRedis server = LocalRedis.start(arguments);
            Said.once("Redis is " + server.kind() + " (" + reason + ")");
            return server;
        } catch (RuntimeException e) {
            throw new IllegalStateException("no Redis for tests: " + reason + "; " + e.getMessage(), e);
        }
    }

    static RedisServer binary(List<String> arguments) {
        RedisServer server = LocalRedis.start(arguments);
        Said.once("Redis is " + server.kind() + " (where a test needs a local process)");
        return server;
    }
}
