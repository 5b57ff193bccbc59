package dev.flags.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

class LineTest {

    private static RedisServer redis;

    private final Line line = Line.to(redis);
    private final Jedis client = connect();

    @BeforeAll
    static void start() {
        redis = RedisServer.binary();
    }

    @AfterAll
    static void end() {
        redis.close();
    }

    @AfterEach
    void closeLine() {
        try {
            client.close();
        } catch (JedisConnectionException e) {
            // it says goodbye over a line that the test has cut
        }
        line.close();
    }

    private Jedis connect() {
        return new Jedis(
                new HostAndPort("127.0.0.1", line.port()),
                DefaultJedisClientConfig.builder()
                        .autoNegotiateProtocol(false)
                        .connectionTimeoutMillis(60_000)
                        .socketTimeoutMillis(60_000)
                        .build());
    }

    /** From now on the client gives up after half a second: only where nothing comes at all. */
    private void waitNotLong() {
        client.getConnection().setSoTimeout(500);
    }

    @Test
    void whatItCarriesArrives() {
        String large = "x".repeat(1_000_000);
        client.set("large", large);

        assertThat(client.get("large")).isEqualTo(large);
        assertThat(line.connectionCount()).isEqualTo(1);
    }

    @Test
    void stalledItHoldsEverythingBackAndNothingIsReset() {
        client.set("flag", "on");
        line.stall();
        waitNotLong();

        assertThatThrownBy(() -> client.get("flag"))
                .isInstanceOf(JedisConnectionException.class)
                .hasRootCauseInstanceOf(SocketTimeoutException.class);

        line.flow();
        try (Jedis next = connect()) {
            assertThat(next.get("flag")).isEqualTo("on");
        }
    }

    @Test
    void aForgottenConnectionStaysSilentWhileNewOnesFlow() {
        client.set("flag", "on");
        line.forget();
        waitNotLong();

        assertThatThrownBy(() -> client.get("flag")).hasRootCauseInstanceOf(SocketTimeoutException.class);
        try (Jedis next = connect()) {
            assertThat(next.get("flag")).isEqualTo("on");
        }
    }

    @Test
    void aResetReachesTheClient() {
        client.set("flag", "on");
        line.reset();

        assertThatThrownBy(() -> client.get("flag")).hasRootCauseInstanceOf(SocketException.class);
        try (Jedis next = connect()) {
            assertThat(next.get("flag")).isEqualTo("on");
        }
    }

    @Test
    void refusingItRefusesUntilItFlows() {
        line.refuse();

        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), line.port()).close())
                .isInstanceOf(ConnectException.class);

        line.flow();
        try (Jedis next = connect()) {
            assertThat(next.ping()).isEqualTo("PONG");
        }
    }

    @Test
    void delayedItNeedsLongerThanTheTimeOut() {
        client.connect();
        line.delay(Duration.ofSeconds(30));
        waitNotLong();

        assertThatThrownBy(client::ping).hasRootCauseInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void anAnswerIsLostAlthoughTheServerActed() {
        redis.call("SET", "counter", "0");
        line.resetOn("INCR", true);

        assertThatThrownBy(() -> client.incr("counter")).isInstanceOf(JedisConnectionException.class);

        assertThat(redis.call("GET", "counter")).isEqualTo("1");
        assertThat(line.isTrapSet()).isFalse();
    }

    @Test
    void aCommandIsLostBeforeTheServer() {
        redis.call("SET", "counter", "0");
        line.resetOn("INCR", false);

        assertThatThrownBy(() -> client.incr("counter")).isInstanceOf(JedisConnectionException.class);

        assertThat(redis.call("GET", "counter")).isEqualTo("0");
    }
}
