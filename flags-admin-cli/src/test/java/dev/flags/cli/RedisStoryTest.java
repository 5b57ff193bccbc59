package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.servers.RedisServer;
import dev.flags.servers.TestServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void aWipedRedisIsPutBackWithItsHistoryGoingOnFromTheSnapshot() throws Exception {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "wiped");
        cli.done("create", "k", "--percent", "25");
        cli.done("create", "l");
        cli.done("kill", "l", "--reason", "INC-9");
        Path snapshots = directory.resolve("snapshots");
        save(cli, snapshots);
        server.call("FLUSHALL");
        cli.done("list").says("no such flags");
        cli.done("restore", "--from", snapshots.toString(), "--dry-run").says("nothing was written");
        cli.done("restore", "--from", snapshots.toString(), "--reason", "INC-10")
                .says("committed as revision 4");
        assertThat(cli.json("get", "k")).containsEntry("percentage", 25L);
        assertThat(cli.json("get", "l").get("killed").toString()).contains("INC-9");
        assertThat(cli.json("audit", "verify")).containsEntry("intact", true);
        cli.done("history").says("the log begins after revision 3", "snapshot.json");
        cli.done("set", "k", "30%");
    }

    @Test
    void aServerHasAsLongToAnswerAsTheTimeOutSays() {
        server.pause();
        try {
            cli().with("FLAGS_STORE_TIMEOUT", "1s").run("list").exits(5).says("no answer within 1000 ms");
        } finally {
            server.resume();
        }
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
    TestServer server() {
        return server;
    }
}
