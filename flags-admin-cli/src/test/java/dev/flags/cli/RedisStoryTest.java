package dev.flags.cli;

import dev.flags.servers.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class RedisStoryTest extends ServerStory {
    private static RedisServer server;

    @BeforeAll
    static void start() {
        server = RedisServer.start("--appendonly", "yes");
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.call("FLUSHALL");
    }

    @Override
    Cli cli() {
        return Cli.in(directory).with("FLAGS_STORE", server.url());
    }

    @Override
    Cli reader() {
        server.call("ACL", "SETUSER", "reader", "on", ">" + SECRET, "~*", "&*", "+@all", "-@write");
        return Cli.in(directory)
                .with("FLAGS_STORE", "redis://reader@" + server.address())
                .with("FLAGS_PASSWORD", SECRET);
    }

    @Override
    String layer() {
        return "redis";
    }

    @Override
    String place() {
        return server.address();
    }

    @Override
    void killServer() {
        server.kill();
    }

    @Override
    void pauseServer() {
        server.pause();
    }

    @Override
    void resumeServer() {
        server.resume();
    }

    @Override
    void restartServer() {
        server.restart();
    }
}
