package dev.flags.servers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * An embedded PostgreSQL on this machine; ends with {@link #close}, and with this JVM.
 *
 * <p>It keeps its port and its data over every {@link #kill} and {@link #restart}. Whoever connects without a password is believed:
 * what a password is worth is tested with roles that a test makes under {@link #requirePasswords}.
 *
 * <p>Safe for use by multiple threads, except that two of the methods which hurt or heal must not run at once.
 */
public final class PostgresServer implements TestServer {

    private static final String LOADED = "SELECT pg_conf_load_time()";

    private final int port;
    private final Path data;
    private final DatabaseProcess process;
    private final String version;

    /**
     * @param from a data directory that is not in use
     * @param settings for {@code postgresql.auto.conf}; a standby's, where there are any
     */
    private PostgresServer(Path from, String settings) {
        Path directory = Directories.make("postgres");
        port = Ports.free();
        data = directory.resolve("data");
        Ending.with(this);
        Template template = Template.instance();
        try {
            Files.createDirectory(
                    data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        DatabaseProcess.copy(from, data);
        if (!settings.isEmpty()) {
            follow(settings);
        }
        Properties login = new Properties();
        login.setProperty("user", superuser());
        login.setProperty("password", superuserPassword());
        login.setProperty("connectTimeout", "60");
        login.setProperty("socketTimeout", "60");
        process = new DatabaseProcess(
                "PostgreSQL on port " + port,
                directory,
                template.command(data, port),
                "INT",
                jdbcUrl("postgres"),
                login);
        process.launch();
        version = process.answer("SHOW server_version");
        Said.once("PostgreSQL is " + kind());
    }

    private void follow(String settings) {
        try {
            Files.createFile(data.resolve("standby.signal"));
            Files.writeString(data.resolve("postgresql.auto.conf"), settings, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts an empty one.
     *
     * @throws IllegalStateException when there is no PostgreSQL for this system, or it does not start, with the reason
     */
    public static PostgresServer start() {
        return new PostgresServer(Template.instance().data(), "");
    }

    /**
     * Starts a hot standby of this server, which has to be restarted for it: connections to it end. Believes everybody, as this one must.
     *
     * @return it, when it answers; it may still be behind
     */
    public PostgresServer standby() {
        Path copy = Directories.make("postgres-copy");
        try {
            stop();
            DatabaseProcess.copy(data, copy);
            restart();
            return new PostgresServer(
                    copy, "primary_conninfo = 'host=127.0.0.1 port=" + port + " user=" + superuser() + "'\n");
        } finally {
            Directories.remove(copy);
        }
    }

    /** Makes a standby take writes, and follow no more; returns when it does. */
    public void promote() {
        process.execute("SELECT pg_promote()");
    }

    /** {@return the port; the same after every restart} */
    public int port() {
        return port;
    }

    /** {@return such as {@code 14.22}} */
    public String version() {
        return version;
    }

    /** {@return how it runs, such as {@code embedded 14.22}} */
    public String kind() {
        return "embedded " + version;
    }

    /** {@return a URL without login} */
    public String jdbcUrl(String database) {
        return jdbcUrl(database, port);
    }

    /** {@return a URL without login over another port of the loopback, such as a {@link Line}'s} */
    public String jdbcUrl(String database, int viaPort) {
        return "jdbc:postgresql://127.0.0.1:" + viaPort + "/" + database;
    }

    /** {@return who may do everything} */
    public String superuser() {
        return "postgres";
    }

    /** {@return the superuser's password} */
    public String superuserPassword() {
        return "postgres";
    }

    /** Creates an empty database, after dropping one of that name. */
    public void createDatabase(String name) {
        process.executeAtLast("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        process.executeAtLast("CREATE DATABASE " + name);
    }

    /** Runs a statement as the superuser in the database {@code postgres}: roles, settings, {@code pg_terminate_backend}. */
    public void execute(String sql) {
        process.execute(sql);
    }

    /** Believes nobody without the right password from now on, over restarts too. */
    public void requirePasswords() {
        process.execute("ALTER ROLE " + superuser() + " PASSWORD '" + superuserPassword() + "'");
        try {
            Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reload();
    }

    /** Changes a setting of the server for all connections, those that are open too; returns when it is in force. */
    public void set(String setting, String value) {
        process.execute("ALTER SYSTEM SET " + setting + " = '" + value + "'");
        reload();
    }

    /**
     * Reading the configuration is only asked for by {@code pg_reload_conf}: the server does it later. It tells its processes before it
     * takes another connection, so a new connection that knows of the new reading comes after everybody has been told.
     */
    private void reload() {
        String before = process.answer(LOADED);
        process.execute("SELECT pg_reload_conf()");
        Answers.await(
                "PostgreSQL on port " + port + ", its new configuration",
                () -> !process.ask(LOADED).equals(before),
                () -> {});
    }

    /** {@return how many connections there are to a database, other than the asking one} */
    public long backendCount(String database) {
        return Long.parseLong(process.answer("SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database
                + "' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"));
    }

    /** {@return where its data lies} */
    public Path directory() {
        return data;
    }

    /** Stops all its processes from running (SIGSTOP): connections stay open and nothing is answered. */
    @Override
    public void pause() {
        process.pause();
    }

    /** Lets them run on after {@link #pause}. */
    @Override
    public void resume() {
        process.resume();
    }

    /** Ends all its processes at once (SIGKILL), paused or not. */
    @Override
    public void kill() {
        process.kill();
    }

    /** Ends it as an operator would, without waiting for its clients. */
    @Override
    public void stop() {
        process.stop();
    }

    /** Starts it again after {@link #kill} or {@link #stop}; returns when it answers. */
    @Override
    public void restart() {
        process.launch();
    }

    @Override
    public void close() {
        process.end();
        Ending.without(this);
    }

    @Override
    public String toString() {
        return "PostgreSQL " + kind() + " on port " + port;
    }

    /** The unpacked program and a data directory as initdb leaves it; made once in a JVM, since that costs seconds. */
    private record Template(Path data, String program) {

        private static final class Holder {
            static final Template INSTANCE = make();
        }

        static Template instance() {
            return Holder.INSTANCE;
        }

        private static Template make() {
            Path data = Directories.make("postgres-template");
            Ending.with(() -> Directories.remove(data));
            try {
                EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setCleanDataDirectory(false)
                        .setPort(Ports.free())
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .start()
                        .close();
                // its first word is the program, the others are the arguments that the library gave it
                String started = Files.readString(data.resolve("postmaster.opts"));
                return new Template(data, started.substring(0, started.indexOf(' ')));
            } catch (IOException | RuntimeException e) {
                throw new IllegalStateException("no embedded PostgreSQL starts here: " + e.getMessage(), e);
            }
        }

        List<String> command(Path directory, int port) {
            List<String> words = new ArrayList<>();
            if (System.getProperty("user.name").equals("root")) {
                // it refuses to run as root; in a user namespace of its own it is nobody
                words.addAll(List.of("unshare", "-U"));
            }
            words.addAll(List.of(program, "-D", directory.toString(), "-p", Integer.toString(port), "-F"));
            for (String setting : List.of(
                    "listen_addresses=127.0.0.1",
                    "unix_socket_directories=",
                    "max_connections=300",
                    "log_destination=stderr",
                    "logging_collector=off")) {
                words.addAll(List.of("-c", setting));
            }
            return words;
        }
    }
}
