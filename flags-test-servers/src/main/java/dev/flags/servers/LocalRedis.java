package dev.flags.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Redis as a process of this machine. */
final class LocalRedis implements RedisServer {

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final List<String> arguments;
    private final @Nullable String password;
    private final int port;
    private final OptionalInt tlsPort;
    private volatile @Nullable ServerProcess process;
    private volatile boolean paused;
    private volatile String version = "of unknown version";

    /** Not running yet; {@link #launch} starts it. */
    LocalRedis(List<String> arguments) {
        this.directory = Directories.make("redis");
        this.arguments = List.copyOf(arguments);
        this.password = RedisArguments.password(arguments);
        this.port = Ports.free();
        this.tlsPort = RedisArguments.isTls(arguments) ? OptionalInt.of(Ports.free()) : OptionalInt.empty();
        Ending.with(this);
    }

    static LocalRedis start(List<String> arguments) {
        return PortTaken.tryingOthers(() -> {
            LocalRedis redis = new LocalRedis(arguments);
            try {
                redis.launch();
                return redis;
            } catch (RuntimeException e) {
                redis.close();
                throw e;
            }
        });
    }

    /** Writes a file that it reads or keeps beside its data, before it runs. */
    void write(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and returns when it answers. */
    void launch() {
        spawn();
        awaitAnswer();
    }

    /** Starts it, to be followed by {@link #awaitAnswer}: a set of servers starts together. */
    void spawn() {
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
        paused = false;
        process = ServerProcess.start(directory, directory.resolve("stderr.log"), command);
    }

    void awaitAnswer() {
        Path log = directory.resolve("redis.log");
        Answers.await("redis-server on port " + port, () -> call("PING"), () -> {
            if (!ServerProcess.isRunning(pid())) {
                String text = text(log);
                throw text.contains("Address already in use")
                        ? new PortTaken(text)
                        : new IllegalStateException("redis-server ended: " + arguments + "\n" + text);
            }
        });
        String info = String.valueOf(call("INFO", "server"));
        if (!info.contains("process_id:" + pid() + "\r\n")) {
            throw new PortTaken("another Redis answers on port " + port);
        }
        version = RedisArguments.version(info);
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

    /** The port by which servers that belong together know each other, and name each other to clients: with TLS where they speak it. */
    int peerPort() {
        return tlsPort.orElse(port);
    }

    /** Host and {@link #peerPort}. */
    String peerAddress() {
        return LOOPBACK + ":" + peerPort();
    }

    /** Whether it can answer: it is neither ended nor paused. */
    boolean isAwake() {
        return process != null && !paused;
    }

    @Nullable
    String password() {
        return password;
    }

    /** Whether it is a replica that has all its master's data. */
    boolean isInStep() {
        return String.valueOf(call("INFO", "replication")).contains("master_link_status:up");
    }

    boolean isReplicaOf(LocalRedis master) {
        String info = String.valueOf(call("INFO", "replication"));
        return info.contains("role:slave") && info.contains("master_port:" + master.peerPort() + "\r\n");
    }

    /** How much of a stream of changes it has sent, or as a replica taken in. */
    long replicated() {
        String offset = String.valueOf(call("INFO", "replication"))
                .lines()
                .filter(line -> line.startsWith("master_repl_offset:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(offset.substring(offset.indexOf(':') + 1));
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
        paused = true;
    }

    @Override
    public void resume() {
        running().resume();
        paused = false;
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
        relaunch();
    }

    /** Starts it on the port that it had, for which a child of the one that was killed may still listen for a moment. */
    private void relaunch() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                launch();
                return;
            } catch (PortTaken e) {
                running().kill();
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
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
        relaunch();
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
}
