package dev.flags.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The same life for both kinds; Docker is a kind of its own only where an engine answers, and the run says which it was. */
class RedisServerTest {

    abstract static class Life {

        private final RedisServer redis = start("--appendonly", "yes", "--appendfsync", "always");

        abstract RedisServer start(String... arguments);

        @AfterEach
        void end() {
            redis.close();
        }

        @Test
        void saysItsVersion() {
            assertThat(redis.version()).matches("\\d+\\.\\d+\\.\\d+");
            assertThat(redis.kind()).endsWith(redis.version());
        }

        @Test
        void whatWasWrittenOutlivesAKill() {
            redis.call("SET", "flag", "on");

            redis.kill();
            assertThatThrownBy(() -> new Socket(redis.host(), redis.port()).close())
                    .isInstanceOf(ConnectException.class);
            redis.restart();

            assertThat(redis.call("GET", "flag")).isEqualTo("on");
        }

        @Test
        void whatWasWrittenOutlivesAnOrderlyStop() {
            redis.call("SET", "flag", "on");

            redis.stop();
            redis.restart();

            assertThat(redis.call("GET", "flag")).isEqualTo("on");
        }

        @Test
        void startedEmptyItHasNothing() {
            int port = redis.port();
            redis.call("SET", "flag", "on");

            redis.restartEmpty();

            assertThat(redis.call("GET", "flag")).isNull();
            assertThat(redis.port()).isEqualTo(port);
        }

        @Test
        void pausedItAnswersNothingAndLeavesConnectionsOpen() throws IOException {
            redis.call("SET", "flag", "on");

            redis.pause();
            try (Socket client = new Socket(redis.host(), redis.port())) {
                client.setSoTimeout(500);
                client.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            }
            redis.resume();

            assertThat(redis.call("GET", "flag")).isEqualTo("on");
        }

        @Test
        void pausedItCanBeKilledAndStopped() {
            redis.pause();
            redis.kill();
            redis.restart();
            redis.pause();
            redis.stop();
            redis.restart();

            assertThat(redis.call("PING")).isEqualTo("PONG");
        }

        @Test
        void anErrorOfRedisIsThrownAsItIs() {
            assertThatThrownBy(() -> redis.call("NONSENSE"))
                    .isInstanceOf(RedisRefused.class)
                    .hasMessageContaining("unknown command");
        }
    }

    @Nested
    class AsAProcess extends Life {
        @Override
        RedisServer start(String... arguments) {
            return RedisServer.binary(arguments);
        }
    }

    @Nested
    class AsFound extends Life {
        @Override
        RedisServer start(String... arguments) {
            return RedisServer.start(arguments);
        }
    }

    @Test
    void aServerThatCannotStartSaysWhy() {
        assertThatThrownBy(() -> RedisServer.binary("--appendonly", "perhaps"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must be 'yes' or 'no'");
    }

    @Test
    void aPasswordIsUsedForTheTestsOwnCommands() {
        try (RedisServer redis = RedisServer.binary("--requirepass", "open sesame")) {
            assertThat(redis.call("PING")).isEqualTo("PONG");
        }
    }
}
