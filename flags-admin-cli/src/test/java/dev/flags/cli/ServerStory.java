package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flags.servers.TestServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the verbs do when the store is a server: it goes away, hangs, and refuses. */
abstract class ServerStory extends StoreStory implements BusyStory {
    static final String SECRET = "hunter2";

    /** What mends what a test did to the server. */
    private Runnable remedy = () -> {};

    /** As {@link #cli}, logged in as somebody who may read and not write, with {@link #SECRET}. */
    abstract Cli reader();

    @Override
    public Cli busy() {
        return cli();
    }

    /** What is hurt; its data may be gone when it was killed. */
    abstract TestServer server();

    @AfterEach
    void heal() {
        remedy.run();
    }

    private Cli withAFlag(String environment) {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", environment);
        cli.done("create", "k", "--percent", "100");
        return cli;
    }

    @Test
    void aServerThatIsGoneIsExitCode5WithTheKillThatWorksWithoutIt() throws Exception {
        Cli cli = withAFlag("gone");
        remedy = server()::restart;
        server().kill();
        cli.run("get", "k").exits(5);
        cli.run("set", "k", "5%").exits(5);
        cli.run("doctor").exits(5);
        killsInAFile(cli);
    }

    @Test
    void aWatchOutlivesTheServer() throws Exception {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "outlived");
        // so long a pool tries to connect before it says that the server is gone
        Cli watcher = cli.with("FLAGS_STORE_TIMEOUT", "8s");
        cli.done("create", "k");
        cli.done("rollout", "start", "k", "--manual", "--stages", "10,100");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CompletableFuture<Integer> watching = CompletableFuture.supplyAsync(
                () -> watcher.run(out, err, "rollout", "status", "k", "-w", "-o", "json"));
        await().atMost(Duration.ofMinutes(2)).until(() -> out.size() > 0);
        remedy = server()::restart;
        server().kill();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> err.toString(StandardCharsets.UTF_8).contains("; still watching"));
        remedy = () -> {};
        server().restart();
        cli.done("rollout", "abort", "k");
        assertThat(watching.get(120, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(err.toString(StandardCharsets.UTF_8)).containsOnlyOnce("; still watching");
    }

    @Test
    void aServerThatHangsIsExitCode5WithTheKillThatWorksWithoutIt() throws Exception {
        Cli cli = withAFlag("hung");
        remedy = server()::resume;
        server().pause();
        killsInAFile(cli.impatient());
    }

    private void killsInAFile(Cli cli) throws Exception {
        Path file = directory.resolve("kills.json");
        Cli.Run run = cli.with("FLAGS_STORE_KILL_FILE", file.toString())
                .run("kill", "k", "--reason", "INC-7")
                .exits(5);
        String command = run.err()
                .lines()
                .filter(line -> line.startsWith("  flags kill "))
                .findFirst()
                .orElseThrow();
        assertThat(run.err()).startsWith("flags: ").doesNotContain("\tat ").contains(place());
        cli.done(command.strip().substring("flags ".length()).split(" "));
        assertThat(Files.readString(file)).contains("\"k\"", "INC-7");
    }

    /** What a message names the store by. */
    abstract String place();

    @Test
    void whoMayOnlyReadIsToldSoWithExitCode6() {
        withAFlag("readers");
        Cli reader = reader().with("FLAGS_ENVIRONMENT", "readers");
        reader.done("get", "k");
        for (List<String> verb : List.of(
                List.of("kill", "k"), List.of("set", "k", "5%"), List.of("create", "l"), List.of("disable", "k"))) {
            Cli.Run run = reader.run(verb.toArray(String[]::new)).exits(6).says("reader");
            assertThat(run.err()).doesNotContain(SECRET);
        }
        assertThat(reader.json("get", "k")).containsEntry("percentage", 100L).containsEntry("killed", null);
    }

    @Test
    void aWrongPasswordIsExitCode6AndNeverPrinted() {
        withAFlag("secrets");
        Cli stranger = reader().with("FLAGS_PASSWORD", "hunter3");
        for (List<String> verb : List.of(List.of("list"), List.of("list", "--verbose"), List.of("doctor"))) {
            Cli.Run run = stranger.run(verb.toArray(String[]::new)).exits(6).says("reader");
            assertThat(run.err() + run.out()).doesNotContain("hunter");
        }
    }

    @Test
    void thePasswordComesFromWhereverItMay() throws Exception {
        withAFlag("passwords");
        Cli reader = reader().with("FLAGS_ENVIRONMENT", "passwords");
        String url = reader.variables().get("FLAGS_STORE");
        Cli without = reader.with("FLAGS_PASSWORD", "").with("FLAGS_STORE", "");
        without.run("get", "k", "--store", url).exits(6).says("No password was given");
        without.reading(SECRET + "\n").done("get", "k", "--store", url, "--password-stdin");
        Path file = Files.writeString(directory.resolve("password"), SECRET + "\n");
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        without.done("get", "k", "--store", url, "--password-file", file.toString());
        without.done("profile", "set", "p", "store=" + url, "credentialCommand=cat '" + file + "'");
        without.done("get", "k", "--profile", "p");
        without.done("environment", "list", "--profile", "p");
    }
}
