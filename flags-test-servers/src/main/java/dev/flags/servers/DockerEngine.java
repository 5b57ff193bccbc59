package dev.flags.servers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.utility.TestcontainersConfiguration;

/**
 * Whether a Docker engine answers; asked once in a JVM, before Testcontainers' many ways to find one, which take seconds and fill the
 * log where there is none.
 */
final class DockerEngine {

    /** {@code FLAGS_TEST_SERVERS=binary} passes Docker by. */
    private static final String VARIABLE = "FLAGS_TEST_SERVERS";

    /** Surefire sets it. Testcontainers would otherwise look for a further image, for two minutes where it cannot be pulled. */
    private static final String RYUK_DISABLED = "TESTCONTAINERS_RYUK_DISABLED";

    /** Inside a container Testcontainers would find it out with one more image. */
    private static final String HOST = "TESTCONTAINERS_HOST_OVERRIDE";

    private static final int PATIENCE_MILLIS = 1_000;
    private static final Optional<String> ABSENCE = absence();

    private DockerEngine() {}

    /** {@return why there is none, or nothing when one answers} */
    static Optional<String> whyAbsent() {
        return ABSENCE;
    }

    private static Optional<String> absence() {
        if ("binary".equals(System.getenv(VARIABLE))) {
            return Optional.of(VARIABLE + "=binary");
        }
        if (!"true".equals(System.getenv(RYUK_DISABLED))) {
            return Optional.of(RYUK_DISABLED + " is not true");
        }
        if (Files.exists(Path.of("/.dockerenv")) && System.getenv(HOST) == null) {
            return Optional.of("inside a container, and " + HOST + " does not say where others publish their ports");
        }
        String named = System.getenv("DOCKER_HOST");
        if (named == null) {
            named = TestcontainersConfiguration.getInstance().getEnvVarOrUserProperty("docker.host", null);
        }
        if (named != null && named.startsWith("tcp:")) {
            URI uri = URI.create(named);
            return answersTcp(uri.getHost(), uri.getPort())
                    ? Optional.empty()
                    : Optional.of(named + " does not answer");
        }
        List<Path> sockets = named != null && named.startsWith("unix:")
                ? List.of(Path.of(URI.create(named).getPath()))
                : Stream.of(
                                "/var/run/docker.sock",
                                System.getenv("XDG_RUNTIME_DIR") + "/docker.sock",
                                System.getProperty("user.home") + "/.docker/run/docker.sock",
                                System.getProperty("user.home") + "/.docker/desktop/docker.sock")
                        .map(Path::of)
                        .filter(Files::exists)
                        .toList();
        return sockets.stream().anyMatch(DockerEngine::answersUnix)
                ? Optional.empty()
                : Optional.of(sockets.isEmpty() ? "no Docker engine" : sockets + " does not answer");
    }

    private static boolean answersTcp(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static boolean answersUnix(Path path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap("GET /_ping HTTP/1.0\r\n\r\n".getBytes(US_ASCII)));
            channel.configureBlocking(false);
            ByteBuffer answer = ByteBuffer.allocate(16);
            long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
            while (answer.position() < 12 && System.nanoTime() < end) {
                if (channel.read(answer) < 0) {
                    break;
                }
                Thread.onSpinWait();
            }
            return new String(answer.array(), 0, answer.position(), US_ASCII).contains(" 200");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
