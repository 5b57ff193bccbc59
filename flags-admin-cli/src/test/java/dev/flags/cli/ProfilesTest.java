package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.secrets.SecretException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfilesTest {
    private static final SentinelLogin NO_SENTINELS =
            new SentinelLogin(Optional.empty(), Optional.empty(), Optional.empty());
    private static final StoreTls NO_TLS =
            new StoreTls(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    @TempDir
    Path directory;

    private void config(String permissions, String text) throws IOException {
        Path file = directory.resolve(".config/flags/config.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private Settings settings(Cli cli, java.util.function.Consumer<GlobalOptions> said) {
        GlobalOptions options = new GlobalOptions();
        said.accept(options);
        return Settings.resolve(options, cli.shell());
    }

    @Test
    void anOptionPrecedesAVariableWhichPrecedesTheProfileWhichPrecedesTheDefault() {
        Cli cli = Cli.in(directory);
        assertThat(settings(cli, o -> {}).environment()).isEqualTo("development");
        assertThat(settings(cli, o -> {}).store()).isEqualTo("jdbc:sqlite:flags.db");
        cli.done("profile", "set", "p", "environment=staging", "store=jdbc:sqlite:p.db", "actor=ada");
        assertThat(settings(cli, o -> {}).environment()).isEqualTo("development");
        cli.done("profile", "use", "p");
        assertThat(settings(cli, o -> {}).environment()).isEqualTo("staging");
        assertThat(settings(cli, o -> {}).actor()).isEqualTo("ada");
        Cli variable =
                cli.with("FLAGS_ENVIRONMENT", "test").with("FLAGS_STORE", "").with("FLAGS_ACTOR", "bob");
        assertThat(settings(variable, o -> {}).environment()).isEqualTo("test");
        assertThat(settings(variable, o -> {}).actor()).isEqualTo("bob");
        assertThat(settings(variable, o -> {}).store())
                .as("an empty variable says nothing")
                .isEqualTo("jdbc:sqlite:p.db");
        assertThat(settings(variable, o -> o.environment = "production").environment())
                .isEqualTo("production");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    # profile's user, its password, its command | variables' user, password | user, password, command
                    '',  '', '',   v,  w,  v,  w, ''
                    '',  '', '',   '', w,  '', w, ''
                    '',  '', '',   v,  '', '', '', ''
                    u,   p,  '',   '', '', u,  p, ''
                    u,   '', c,    '', '', u,  '', c
                    u,   p,  '',   v,  '', u,  p, ''
                    '',  p,  '',   v,  '', '', p, ''
                    u,   p,  '',   v,  w,  v,  w, ''
                    u,   p,  '',   '', w,  '', w, ''
                    u,   '', c,    '', w,  '', w, ''
                    u,   '', '',   '', w,  u,  w, ''
                    u,   '', '',   v,  w,  v,  w, ''
                    """)
    void theHalvesOfTwoLoginsOfSentinelsNeverMeet(
            String profilesUser,
            String profilesPassword,
            String profilesCommand,
            String user,
            String password,
            String expectedUser,
            String expectedPassword,
            String expectedCommand)
            throws IOException {
        config(
                "rw-------",
                "current: p\nprofiles: {p: {sentinelUser: '%s', sentinelPassword: '%s', sentinelCredentialCommand: '%s'}}"
                        .formatted(profilesUser, profilesPassword, profilesCommand));
        Cli cli = Cli.in(directory)
                .with("FLAGS_REDIS_SENTINEL_USER", user)
                .with("FLAGS_REDIS_SENTINEL_PASSWORD", password);
        SentinelLogin login = settings(cli, o -> {}).sentinels();
        assertThat(login.user().orElse("")).isEqualTo(expectedUser);
        assertThat(login.password().orElse("")).isEqualTo(expectedPassword);
        assertThat(login.command().orElse("")).isEqualTo(expectedCommand);
    }

    @Test
    void theTimeOutOfAServerIsTwoSecondsUnlessSomebodySaysOtherwiseWithinReason() {
        Cli cli = Cli.in(directory).impatient();
        assertThat(settings(cli, o -> {}).timeout()).isEqualTo(Duration.ofSeconds(2));
        cli.done("profile", "set", "p", "timeout=1m");
        assertThat(settings(cli, o -> o.profile = "p").timeout()).isEqualTo(Duration.ofMinutes(1));
        Cli variable = cli.with("FLAGS_STORE_TIMEOUT", "90s");
        assertThat(settings(variable, o -> o.profile = "p").timeout()).isEqualTo(Duration.ofSeconds(90));
        for (String wrong : List.of("0s", "999ms", "11m", "soon")) {
            cli.with("FLAGS_STORE_TIMEOUT", wrong)
                    .run("list")
                    .exits(2)
                    .says("the store's time-out, from FLAGS_STORE_TIMEOUT");
        }
    }

    @Test
    void profilesAreListedAndChosenByOptionAndVariable() {
        Cli cli = Cli.in(directory);
        cli.done("profile", "set", "a", "environment=one");
        cli.done("profile", "set", "b", "environment=two", "protected=true");
        cli.done("profile", "use", "a").says("config.yaml");
        cli.done("profile", "list").prints("*  a", "   b");
        assertThat(cli.json("profile", "list").toString())
                .contains("profile=a, current=true", "profile=b, current=false");
        assertThat(settings(cli, o -> o.profile = "b").isProtected()).isTrue();
        assertThat(settings(cli.with("FLAGS_PROFILE", "b"), o -> {}).environment())
                .isEqualTo("two");
        cli.run("profile", "use", "c").exits(2).says("there is no profile 'c'", "it has a, b");
        cli.done("profile", "set", "b", "protected=");
        assertThat(settings(cli, o -> o.profile = "b").isProtected()).isFalse();
    }

    @Test
    void aPasswordIsNotTakenAsAnArgument() {
        Cli cli = Cli.in(directory);
        for (String setting : List.of("password=hunter2", "sentinelPassword=hunter2", "store=redis://:hunter2@host")) {
            assertThat(cli.run("profile", "set", "p", setting).exits(2).err()).doesNotContain("hunter2");
        }
        cli.run("profile", "set", "p", "colour=red").exits(2).says("colour");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileThatOthersCanWriteIsRefused() throws IOException {
        config("rw-rw-r--", "profiles: {p: {environment: e}}");
        Cli.in(directory).run("list").exits(2).says("can be written by others");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileThatHoldsASecretAndThatOthersCanReadIsRefused() throws IOException {
        config("rw-r--r--", "profiles: {p: {environment: e}}");
        Cli.in(directory).done("profile", "list");
        config("rw-r--r--", "profiles: {p: {password: hunter2}}");
        Cli.Run run = Cli.in(directory).run("profile", "list").exits(2).says("can be read by others");
        assertThat(run.err()).doesNotContain("hunter2");
        config("rw-r--r--", "profiles: {p: {sentinelPassword: hunter2}}");
        Cli.in(directory).run("profile", "list").exits(2).says("can be read by others");
        config(
                "rw-------",
                "profiles: {p: {password: hunter2, sentinelPassword: hunter2, store: 'redis://u:hunter2@h'}}");
        assertThat(Cli.in(directory).done("profile", "list").out())
                .contains("****")
                .doesNotContain("hunter2");
        assertThat(Cli.in(directory).done("profile", "list", "-o", "json").out())
                .contains("****")
                .doesNotContain("hunter2");
    }

    @Test
    void aMalformedFileIsSaidSo() throws IOException {
        config("rw-------", "profiles: [");
        Cli.in(directory).run("list").exits(2).says("config.yaml");
        config("rw-------", "profiles: {p: {colour: red}}");
        Cli.in(directory).run("list").exits(2).says("colour");
    }

    @Test
    void theWrittenFileIsItsOwnersAlone() throws IOException {
        Cli.in(directory).done("profile", "set", "p", "actor=ada");
        assertThat(Files.getPosixFilePermissions(directory.resolve(".config/flags/config.yaml")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    private Optional<String> password(
            String input, Map<String, String> variables, Settings settings, GlobalOptions options) {
        Cli cli = new Cli(directory, variables, input, false, StandardCharsets.UTF_8, Clock.systemUTC());
        return Credentials.password(options, settings, cli.shell());
    }

    private static Settings settings(String credentialCommand) {
        return new Settings(
                "",
                "",
                "",
                "p",
                false,
                credentialCommand,
                "",
                NO_TLS,
                NO_SENTINELS,
                Duration.ofSeconds(2),
                Optional.empty());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPasswordComesFromInputFileVariableOrCommand() throws IOException {
        GlobalOptions none = new GlobalOptions();
        assertThat(password("", Map.of(), settings(""), none)).isEmpty();
        assertThat(password("", Map.of(), settings("printf 'from command\\nrest'"), none))
                .contains("from command");
        assertThat(password("", Map.of("FLAGS_PASSWORD", "v"), settings("echo c"), none))
                .contains("v");
        GlobalOptions stdin = new GlobalOptions();
        stdin.passwordFromStandardInput = true;
        assertThat(password("typed\nrest", Map.of("FLAGS_PASSWORD", "v"), settings(""), stdin))
                .contains("typed");
        GlobalOptions file = new GlobalOptions();
        file.passwordFile = "secret";
        Path secret = Files.writeString(directory.resolve("secret"), "from file\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        assertThat(password("", Map.of(), settings(""), file)).contains("from file");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> password("", Map.of(), settings(""), file))
                .hasMessageContaining("can be read by others");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> password("", Map.of(), settings("exit 3"), none))
                .isInstanceOf(SecretException.class)
                .hasMessageContaining("exit code 3");
    }
}
