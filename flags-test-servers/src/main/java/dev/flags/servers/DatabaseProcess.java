package dev.flags.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A database server's process on one port with one data directory, and an administrator's connections to it. */
final class DatabaseProcess {

    /** How long what a killed server held may take to be free. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final String name;
    private final Path directory;
    private final List<String> command;
    private final String stopSignal;
    private final String url;
    private final Properties login;
    private volatile @Nullable ServerProcess process;

    DatabaseProcess(
            String name, Path directory, List<String> command, String stopSignal, String url, Properties login) {
        this.name = name;
        this.directory = directory;
        this.command = List.copyOf(command);
        this.stopSignal = stopSignal;
        this.url = url;
        this.login = login;
    }

    /** Returns when it answers queries. */
    void launch() {
        if (process != null) {
            throw new IllegalStateException(name + " is running; kill() or stop() it first");
        }
        Path log = directory.resolve("server.log");
        // What a killed server shared with its children is free only when the last of them is gone; until then it
        // refuses to start.
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            ServerProcess started = ServerProcess.start(directory, log, command);
            process = started;
            try {
                Answers.await(name, () -> ask("SELECT 1"), () -> {
                    if (!ServerProcess.isRunning(started.pid())) {
                        throw new Ended(name + " ended: " + command + "\n" + started.log());
                    }
                });
                return;
            } catch (Ended e) {
                started.kill();
                process = null;
                if (System.nanoTime() - end > 0 || !e.mayPass()) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private ServerProcess running() {
        ServerProcess now = process;
        if (now == null) {
            throw new IllegalStateException(name + " is not running; restart() it first");
        }
        return now;
    }

    long pid() {
        return running().pid();
    }

    void pause() {
        running().pause();
    }

    void resume() {
        running().resume();
    }

    void kill() {
        running().kill();
        process = null;
    }

    void stop() {
        running().stop(stopSignal);
        process = null;
    }

    /** As {@link #execute}, until the server does it: the connections of a test that is over may be in the way for a moment. */
    void executeAtLast(String sql) {
        Answers.await(
                name + ": " + sql,
                () -> {
                    run(sql);
                    return true;
                },
                () -> {});
    }

    void execute(String sql) {
        try {
            run(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(name + " refused: " + sql, e);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, login);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String ask(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, login);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    String answer(String sql) {
        try {
            return ask(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(name + " refused: " + sql, e);
        }
    }

    void end() {
        ServerProcess now = process;
        if (now != null) {
            now.kill();
            process = null;
        }
        Directories.remove(directory);
    }

    static void copy(Path from, Path to) {
        try (var tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (!target.equals(to)) {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It ended instead of answering. */
    private static final class Ended extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Ended(String message) {
            super(message);
        }

        boolean mayPass() {
            String message = String.valueOf(getMessage());
            return message.contains("shared memory block")
                    || message.contains("lock file")
                    || message.contains("Address already in use")
                    || message.contains("Unable to lock");
        }
    }
}
