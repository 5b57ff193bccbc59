package dev.flags.servers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** A Redis in a container. Its port is chosen here, since Docker would choose another one at every restart. */
final class DockerRedis implements RedisServer {

    static final String IMAGE = "redis:7-alpine";
    private static final int INSIDE = 6379;
    private static final int PULL_SECONDS = 60;

    private final List<String> arguments;
    private final @Nullable String password;
    private final String host;
    private final int port;
    private volatile @Nullable GenericContainer<?> container;
    private volatile String version = "of unknown version";

    private DockerRedis(List<String> arguments) {
        this.arguments = arguments;
        this.password = RedisArguments.password(arguments);
        this.host = DockerClientFactory.instance().dockerHostIpAddress();
        this.port = Ports.free();
        Ending.with(this);
    }

    /** @throws RuntimeException of many kinds when Docker cannot do it */
    static DockerRedis start(List<String> arguments) {
        Image.present();
        DockerRedis redis = new DockerRedis(arguments);
        try {
            redis.launch();
            return redis;
        } catch (RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    private void launch() {
        List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"));
        command.addAll(List.of("--save", ""));
        command.addAll(arguments);
        GenericContainer<?> next = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withImagePullPolicy(image -> false)
                .withLabels(Map.of(Leftovers.LABEL, Leftovers.thisJvm()))
                .withCommand(command.toArray(String[]::new))
                .waitingFor(new Nothing());
        next.setPortBindings(List.of(port + ":" + INSIDE));
        container = next;
        next.start();
        awaitAnswer();
    }

    private void awaitAnswer() {
        Answers.await("redis in docker on port " + port, () -> call("PING"), () -> {
            if (!running().isRunning()) {
                throw new IllegalStateException(
                        "redis in docker ended: " + arguments + "\n" + running().getLogs());
            }
        });
        version = RedisArguments.version(String.valueOf(call("INFO", "server")));
    }

    private GenericContainer<?> running() {
        GenericContainer<?> now = container;
        if (now == null) {
            throw new IllegalStateException("the server is closed");
        }
        return now;
    }

    private static DockerClient docker() {
        return DockerClientFactory.instance().client();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public OptionalInt tlsPort() {
        return OptionalInt.empty();
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String kind() {
        return "docker " + IMAGE + " " + version;
    }

    @Override
    public void pause() {
        docker().pauseContainerCmd(running().getContainerId()).exec();
    }

    @Override
    public void resume() {
        docker().unpauseContainerCmd(running().getContainerId()).exec();
    }

    @Override
    public void kill() {
        resumeIfPaused();
        docker().killContainerCmd(running().getContainerId()).withSignal("KILL").exec();
        awaitEnd();
    }

    @Override
    public void stop() {
        resumeIfPaused();
        docker().stopContainerCmd(running().getContainerId()).exec();
        awaitEnd();
    }

    /** Docker neither kills nor stops what is paused. */
    private void resumeIfPaused() {
        if (Boolean.TRUE.equals(running().getCurrentContainerInfo().getState().getPaused())) {
            resume();
        }
    }

    private void awaitEnd() {
        Answers.await("the end of " + this, () -> !running().isRunning() && isRefused(), () -> {});
    }

    /** Docker's own process, which passes connections on, may end later than the server. */
    private boolean isRefused() throws IOException {
        try (Socket socket = new Socket(host, port)) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }

    @Override
    public void restart() {
        docker().startContainerCmd(running().getContainerId()).exec();
        awaitAnswer();
    }

    @Override
    public void restartEmpty() {
        running().stop();
        launch();
    }

    @Override
    public Path directory() {
        throw new UnsupportedOperationException(
                "the server's directory is inside its container; use RedisServer.binary");
    }

    @Override
    public @Nullable Object call(String... command) {
        try {
            return RedisCall.send(host, port, password, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        GenericContainer<?> now = container;
        if (now != null) {
            now.stop();
            container = null;
        }
        Ending.without(this);
    }

    @Override
    public String toString() {
        return kind() + " on " + address();
    }

    /** It answers when it answers; the library's own check needs a shell in the image. */
    private static final class Nothing extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }

    /** Looked for once in a JVM. */
    private static final class Image {

        private static final @Nullable String PROBLEM = problem();

        static void present() {
            if (PROBLEM != null) {
                throw new IllegalStateException(PROBLEM);
            }
        }

        private static @Nullable String problem() {
            try {
                Leftovers.remove(docker());
                docker().inspectImageCmd(IMAGE).exec();
                return null;
            } catch (NotFoundException e) {
                return pulled();
            } catch (RuntimeException e) {
                return e.toString();
            }
        }

        private static @Nullable String pulled() {
            try {
                boolean done = docker().pullImageCmd(IMAGE).start().awaitCompletion(PULL_SECONDS, TimeUnit.SECONDS);
                return done ? null : IMAGE + " was not pulled within " + PULL_SECONDS + " s";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "it was interrupted";
            } catch (RuntimeException e) {
                return IMAGE + " cannot be pulled: " + e.getMessage();
            }
        }
    }
}
