package dev.flags.servers;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A running Redis; ends with {@link #close}, and with this JVM.
 *
 * <p>It listens on a free port of the loopback and keeps that port over every restart. Whether its data outlives {@link #kill} is
 * decided by its arguments, as in production: {@code "--appendonly", "yes", "--appendfsync", "always"} keeps all of it, none of them
 * keeps nothing.
 *
 * <p>Safe for use by multiple threads, except that two of the methods which hurt or heal must not run at once.
 */
public interface RedisServer extends TestServer {

    /**
     * Starts a Redis: {@code redis:7-alpine} in Docker when an engine answers, otherwise the embedded binary. Standard output says once
     * which it was. With TLS among the arguments it is the binary, which can read this machine's files.
     *
     * @param arguments as on the command line of {@code redis-server}: {@code "--appendonly", "yes"}
     * @throws IllegalStateException when neither is possible, with both reasons
     */
    static RedisServer start(String... arguments) {
        return RedisServers.start(List.of(arguments));
    }

    /**
     * Starts a Redis as a process of this machine, always. When {@code --tls-cert-file} is among the arguments, it listens on
     * {@link #tlsPort} too.
     *
     * @param arguments as on the command line of {@code redis-server}
     * @throws IllegalStateException when it does not start, with its log
     */
    static RedisServer binary(String... arguments) {
        return RedisServers.binary(List.of(arguments));
    }

    /** {@return the name or address to connect to} */
    String host();

    /** {@return the port without TLS; the same after every restart} */
    int port();

    /** {@return the port with TLS, if it speaks TLS} */
    OptionalInt tlsPort();

    /** {@return host and port, with a colon between} */
    default String address() {
        return host() + ":" + port();
    }

    /** {@return such as {@code redis://127.0.0.1:15001}} */
    default String url() {
        return "redis://" + address();
    }

    /** {@return the version that the server states, such as {@code 7.0.15}} */
    String version();

    /** {@return how it runs, such as {@code docker redis:7-alpine 7.0.15} or {@code embedded 6.2.11}} */
    String kind();

    /** Stops it from running (SIGSTOP, {@code docker pause}): connections stay open, the kernel accepts new ones, nothing is answered. */
    @Override
    void pause();

    /** Lets it run on after {@link #pause}. */
    @Override
    void resume();

    /** Ends it at once (SIGKILL), paused or not; connections are refused when this returns. */
    @Override
    void kill();

    /** Ends it as an operator would (SIGTERM); returns when it is gone. */
    @Override
    void stop();

    /** Starts it again after {@link #kill} or {@link #stop}: same port, what its persistence kept is there. Returns when it answers. */
    @Override
    void restart();

    /** Starts it again on the same port without any data, whether it was running or not. Returns when it answers. */
    void restartEmpty();

    /**
     * Where its data lies, and where files for it may be put.
     *
     * @throws UnsupportedOperationException for a server in Docker
     */
    Path directory();

    /**
     * Sends one command over a connection of its own, as an operator with all rights.
     *
     * @return what was answered: a {@code String}, a {@code Long}, a {@code List} of such, or null
     * @throws RedisRefused when the server answers with an error
     * @throws java.io.UncheckedIOException when it does not answer within half a minute
     */
    @Nullable
    Object call(String... command);

    /** Ends it and forgets its data. */
    @Override
    void close();
}
