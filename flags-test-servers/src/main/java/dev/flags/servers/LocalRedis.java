package dev.flags.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Redis as a process of this machine. */
final class LocalRedis implements RedisServer {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int ATTEMPTS = 5;

    private final Path directory;
    private final List<String> arguments;
    private final @Nullable String password;
    private final int port;
    private final OptionalInt tlsPort;
    private volatile @Nullable ServerProcess process;
    private final String version;

    private LocalRedis(List<String> arguments) {
        this.directory = Directories.make("redis");
        this.arguments = arguments;
        this.password = RedisArguments.password(arguments);
        this.port = Ports.free();
        this.tlsPort = arguments.contains("--tls-cert-file") ? OptionalInt.of(Ports.free()) : OptionalInt.empty();
        Ending.with(this);
        try {
            launch();
            this.version = RedisArguments.version(this);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** A port that looked free may be taken by the time the server binds it; that is tried again with another. */
    static LocalRedis start(List<String> arguments) {
        for (int attempt = 1; ; attempt++) {
            try {
                return new LocalRedis(arguments);
            } catch (PortTaken e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void launch() {
        Path config = directory.resolve("redis.conf");
        Path log = directory.resolve("redis.log");
        try {
            // a file to be rewritten by CONFIG REWRITE, which Sentinel sends: roles outlive a restart as they do in
            // production
            if (!Files.exists(config)) {
                Files.createFile(config);
            }
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of(RedisBinary.path().toString(), config.toString()));
        command.addAll(List.of("--port", Integer.toString(port), "--bind", LOOPBACK, "--dir", directory.toString()));
        command.addAll(List.of("--logfile", log.toString(), "--daemonize", "no", "--save", ""));
        tlsPort.ifPresent(tls -> command.addAll(List.of("--tls-port", Integer.toString(tls))));
        command.addAll(arguments);
        process = ServerProcess.start(directory, directory.resolve("stderr.log"), command);
        Answers.await("redis-server on port " + port, () -> call("PING"), () -> {
            if (!ServerProcess.isRunning(pid())) {
                String text = text(log);
                throw text.contains("Address already in use")
                        ? new PortTaken(text)
                        : new IllegalStateException("redis-server ended: " + command + "\n" + text);
            }
        });
    }

    private String text(Path log) {
        try {
            return (Files.exists(log) ? Files.readString(log) : "") + running().log();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerProcess running() {
        ServerProcess now = process;
        if (now == null) {
            throw new IllegalStateException("the server is not running; restart() it first");
        }
        return now;
    }

    long pid() {
        return running().pid();
    }

    @Override
    public String host() {
        return LOOPBACK;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public OptionalInt tlsPort() {
        return tlsPort;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String kind() {
        return RedisBinary.origin() + " " + version;
    }

    @Override
    public void pause() {
        running().pause();
    }

    @Override
    public void resume() {
        running().resume();
    }

    @Override
    public void kill() {
        running().kill();
        process = null;
    }

    @Override
    public void stop() {
        running().stop("TERM");
        process = null;
    }

    @Override
    public void restart() {
        if (process != null) {
            throw new IllegalStateException("the server is running; kill() or stop() it first");
        }
        launch();
    }

    @Override
    public void restartEmpty() {
        if (process != null) {
            kill();
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(LocalRedis::isData).toList()) {
                Directories.remove(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        launch();
    }

    /** Not the configuration, not a cluster's knowledge of itself, not the certificates that a test put there. */
    private static boolean isData(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".rdb") || name.endsWith(".aof") || name.equals("appendonlydir");
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public @Nullable Object call(String... command) {
        try {
            return RedisCall.send(LOOPBACK, port, password, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ServerProcess now = process;
        if (now != null) {
            now.kill();
            process = null;
        }
        Directories.remove(directory);
        Ending.without(this);
    }

    @Override
    public String toString() {
        return kind() + " on " + address();
    }

    /** Somebody else was faster. */
    private static final class PortTaken extends RuntimeException {

        private static final long serialVersionUID = 1L;

        PortTaken(String message) {
            super(message);
        }
    }
}
