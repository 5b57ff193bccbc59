package dev.flags.rollout.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flags.model.InvalidFlagException;
import dev.flags.rollout.Precondition.DatabaseObject;
import dev.flags.rollout.Precondition.Healthy;
import dev.flags.rollout.Precondition.Kind;
import dev.flags.rollout.Precondition.QueryIsTrue;
import dev.flags.store.InMemoryFlagStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {
    private static final Map<String, String> VARIABLES =
            Map.of("ORDERS_PASSWORD", "hunter2", "TOKEN", "hunter3", "HOOK_SECRET", "hunter4");

    private static final String WHOLE = """
            apiVersion: 1
            store: {flywayTable: app.history}
            databases:
              orders:
                url: jdbc:postgresql://db/orders
                user: checker
                passwordEnv: ORDERS_PASSWORD
                timeout: 500ms
            queries:
              orphaned_rows:
                database: orders
                sql: SELECT count(*) FROM project WHERE owner IS NULL
            prometheus:
              main: {url: "http://prometheus:9090", bearerTokenEnv: TOKEN}
            measurements:
              checkout_errors: {prometheus: main, promql: "sum(rate(errors[1m]))", timeout: 2s}
            endpoints:
              billing: {url: "https://billing/health", expect: [200, 204]}
            hooks:
              cdn: {command: [purge-cdn, --all], timeout: 1m}
              channel: {webhook: {url: "https://chat/hook", secretEnv: HOOK_SECRET}}
            """;

    @TempDir
    Path directory;

    private Path file(String permissions, String text) throws IOException {
        Path file = Files.writeString(directory.resolve("controller.yaml"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    private ControllerConfiguration read(String text) throws IOException {
        return new ConfigurationReader(file("rw-r--r--", text), VARIABLES::get).read();
    }

    private String problems(String text) {
        return catchThrowableOfType(InvalidFlagException.class, () -> read(text))
                .getMessage()
                .replace(directory + "/", "");
    }

    private static Checks checks(ControllerConfiguration configuration) {
        return configuration.checks(new InMemoryFlagStore("test"), Optional.empty());
    }

    @Test
    void namesOfAFileAreKnown() throws IOException {
        ControllerConfiguration whole = read(WHOLE);
        Checks checks = checks(whole);
        assertThat(checks.knows(new DatabaseObject(Kind.TABLE, "project", "orders"))
                        .passed())
                .isTrue();
        assertThat(checks.knows(new QueryIsTrue("orphaned_rows")).passed()).isTrue();
        assertThat(checks.knows(new Healthy("billing")).passed()).isTrue();
        assertThat(checks.knowsMeasurement("checkout_errors").passed()).isTrue();
        assertThat(checks.knowsMeasurement("orphaned_rows").passed()).isTrue();
        assertThat(whole.hookNames()).containsExactly("cdn", "channel");
        assertThat(whole.hooks().knows("cdn")).isTrue();
        assertThat(whole.hooks().knows("dcn")).isFalse();
    }

    @Test
    void whatIsNotConfiguredIsSaid() throws IOException {
        Checks checks = checks(read(WHOLE));
        assertThat(checks.knows(new DatabaseObject(Kind.TABLE, "project", "order"))
                        .why())
                .isEqualTo("the controller's configuration has no database 'order'; it has orders");
        assertThat(checks.knows(new DatabaseObject(Kind.TABLE, "project", "")).why())
                .contains("is no database that can be asked here; name one")
                .contains("database: NAME")
                .contains("orders");
        assertThat(checks.check(new QueryIsTrue("orphans")).why()).contains("no query 'orphans'; it has orphaned_rows");
        assertThat(checks.check(new Healthy("b")).why()).contains("no endpoint 'b'; it has billing");
        assertThat(checks.measure("m").problem())
                .contains("no measurement or query 'm'; it has checkout_errors, orphaned_rows");
        assertThat(checks.knowsMeasurement("m").passed()).isFalse();
        assertThat(checks(ControllerConfiguration.none())
                        .knows(new Healthy("b"))
                        .why())
                .isEqualTo("the controller's configuration has no endpoint 'b'");
    }

    @Test
    void allProblemsAreSaidAtOnceEachWithItsPath() {
        assertThat(problems("""
                        apiVersion: 2
                        colour: red
                        databases:
                          orders: {url: "postgresql://db/orders", passwordEnv: NOT_SET, port: 5432}
                          bills: {user: x}
                        queries:
                          a: {database: order, sql: SELECT 1}
                          b: {database: bills, timeout: 3 hours}
                          c/d: {sql: 7}
                        prometheus: {main: {url: "ftp://prometheus"}}
                        measurements:
                          e: {prometheus: main, promql: up}
                          f: {prometheus: other, promql: up}
                        endpoints:
                          g: {url: "http://user:pw@host/", expect: [20]}
                        hooks:
                          h: {command: purge-cdn --all}
                          i: {command: [a], webhook: {url: "http://x"}}
                          j: {webhook: {url: "http://x", format: teams, tiemout: 1s}}
                          k: {webhook: {user: x}}
                          l: {webhook: {url: "javascript:x"}}
                        """).lines())
                .containsExactly(
                        "controller.yaml#/apiVersion: must be 1, was 2",
                        "controller.yaml#/databases/orders/passwordEnv: names the variable NOT_SET, which is not set",
                        "controller.yaml#/databases/orders/url: must begin with jdbc:",
                        "controller.yaml#/databases/orders/port: is not known here; there are url, user, password,"
                                + " passwordEnv, passwordFile, credentialCommand, flywayTable, liquibaseTable, timeout",
                        "controller.yaml#/databases/bills/url: is required",
                        "controller.yaml#/queries/b/sql: is required",
                        "controller.yaml#/queries/b/timeout: must be 1ms to 10m, such as 500ms, 5s or 2m, was '3 hours'",
                        "controller.yaml#/queries/c~1d: the name has the character U+002F at position 2; use letters,"
                                + " digits, '.', '_' and '-', beginning with a letter or digit",
                        "controller.yaml#/queries/c~1d/sql: must be a string, was 7",
                        "controller.yaml#/prometheus/main/url: must be an http or https URL without a login",
                        "controller.yaml#/measurements/f/prometheus: there is no Prometheus 'other'",
                        "controller.yaml#/endpoints/g/url: must be an http or https URL without a login",
                        "controller.yaml#/endpoints/g/expect/0: must be an HTTP status such as 200, was 20",
                        "controller.yaml#/hooks/h/command: must be a list, was a string",
                        "controller.yaml#/hooks/h/command: must be a list of texts, the program first; there is no shell",
                        "controller.yaml#/hooks/i: must have either a command or a webhook",
                        "controller.yaml#/hooks/j/webhook/format: must be cloudevents or slack, was 'teams'",
                        "controller.yaml#/hooks/j/webhook/tiemout: is not known here; did you mean 'timeout'?",
                        "controller.yaml#/hooks/k/webhook/user: and password need each other",
                        "controller.yaml#/hooks/k/webhook/url: is required",
                        "controller.yaml#/hooks/l/webhook/url: must be an http or https URL without a login",
                        "controller.yaml#/colour: is not known here; there are apiVersion, store, databases, queries,"
                                + " prometheus, measurements, endpoints, hooks",
                        "controller.yaml#/queries/a/database: there is no database 'order'");
    }

    @Test
    void whatIsNoMapOrNoYamlSaysSo() {
        assertThat(problems("[1]")).isEqualTo("controller.yaml#: must be an object, was a list");
        assertThat(problems("a: [")).startsWith("controller.yaml: is not valid YAML");
        assertThat(problems("databases: {orders: 7}")).contains("#/databases/orders: must be an object, was 7");
        assertThatThrownBy(() -> ControllerConfiguration.read(directory.resolve("absent.yaml")))
                .isInstanceOf(InvalidFlagException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void anEmptyFileIsAnEmptyConfiguration() throws IOException {
        assertThat(read("").hookNames()).isEmpty();
    }

    @Test
    void noSecretShows() throws IOException {
        ControllerConfiguration whole = read(WHOLE);
        assertThat(whole.toString() + whole.databases() + whole.endpoints() + whole.hooks())
                .contains("orphaned_rows")
                .doesNotContain("hunter");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileThatOthersCanWriteIsRefusedBecauseItRunsPrograms() throws IOException {
        for (String permissions : new String[] {"rw-rw----", "rw----rw-"}) {
            Path file = file(permissions, "hooks: {cdn: {command: [purge-cdn]}}");
            assertThatThrownBy(() -> ControllerConfiguration.read(file))
                    .isInstanceOf(InvalidFlagException.class)
                    .hasMessageContaining("can be written by others")
                    .hasMessageContaining("chmod go-w");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileWithASecretInItIsItsOwnersAlone() throws IOException {
        for (String secret : new String[] {
            "databases: {orders: {url: 'jdbc:postgresql://db/orders', password: hunter2}}",
            "databases: {orders: {url: 'jdbc:postgresql://db/orders?password=hunter2'}}",
            "hooks: {channel: {webhook: {url: 'https://hooks.slack.com/services/T0/B0/hunter2', format: slack}}}",
            "hooks: {channel: {webhook: {url: 'https://receiver/', secret: hunter2}}}",
            "prometheus: {main: {url: 'http://prometheus', bearerToken: hunter2}}"
        }) {
            assertThat(problems(secret))
                    .contains("holds a secret and can be read by others; chmod 600 it")
                    .doesNotContain("hunter2");
            new ConfigurationReader(file("rw-------", secret), VARIABLES::get).read();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileOfASecretMustBeThereAndItsOwnersAlone() throws IOException {
        String text = "databases: {orders: {url: 'jdbc:postgresql://db/orders', passwordFile: secret}}";
        assertThat(problems(text)).contains("#/databases/orders/passwordFile: cannot read ");
        Path secret = Files.writeString(directory.resolve("secret"), "hunter2\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(problems(text)).contains("can be read by others").doesNotContain("hunter2");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        read(text);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aCommandIsAskedForASecretWhenItIsNeededAndNotAtEachCheck() throws IOException {
        ControllerConfiguration read = read(
                "databases: {orders: {url: 'jdbc:postgresql://db/orders', credentialCommand: 'echo x >> asked; echo hunter2'}}");
        Path asked = directory.resolve("asked");
        assertThat(asked).doesNotExist();
        Secret password = ((DatabaseUrl) read.databases().get("orders").connections())
                .password()
                .orElseThrow();
        assertThat(password.reveal()).isEqualTo("hunter2");
        assertThat(password.reveal()).isEqualTo("hunter2");
        assertThat(asked).hasContent("x");
        assertThat(password).hasToString("****");
    }

    @Test
    void aSecretIsGivenInOneWay() {
        assertThat(
                        problems(
                                "databases: {orders: {url: 'jdbc:postgresql://db/orders', passwordEnv: TOKEN, credentialCommand: vault}}"))
                .contains("#/databases/orders/password: is given in several ways");
    }

    @Test
    void anApplicationAddsToAFileOrDoesWithoutOne() throws IOException {
        ControllerConfiguration added = read(WHOLE).toBuilder()
                .hook("own", call -> Checks.Answer.PASSED)
                .measurement("load", () -> 0.5)
                .endpoint("self", URI.create("http://localhost/health"), Duration.ofSeconds(1))
                .build();
        assertThat(added.hookNames()).containsExactly("cdn", "channel", "own");
        assertThat(checks(added).measure("load").value()).hasValue(0.5);
        assertThat(read(WHOLE).hookNames()).doesNotContain("own");
    }

    @Test
    void aBuilderRefusesWhatAFileCouldNotHave() {
        ControllerConfiguration.Builder builder = ControllerConfiguration.builder();
        assertThatThrownBy(() -> builder.hook("a b", call -> Checks.Answer.PASSED))
                .isInstanceOf(InvalidFlagException.class);
        builder.hook("cdn", call -> Checks.Answer.PASSED);
        assertThatThrownBy(() -> builder.hook("cdn", call -> Checks.Answer.PASSED))
                .hasMessageContaining("cdn: is there already");
        assertThatThrownBy(() -> builder.promql("m", "main", "up", Duration.ofSeconds(1)))
                .hasMessageContaining("there is no Prometheus 'main'");
        assertThatThrownBy(() -> builder.endpoint("e", URI.create("file:///etc/passwd"), Duration.ofSeconds(1)))
                .hasMessageContaining("http or https");
        assertThatThrownBy(() -> builder.query("q", "", "SELECT 1", Duration.ofHours(1)))
                .hasMessageContaining("10 min");
        assertThatThrownBy(() -> builder.httpClient(HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.ALWAYS)
                        .build()))
                .hasMessageContaining("must not follow redirects");
        assertThatThrownBy(() -> ControllerConfiguration.builder()
                        .query("q", "orders", "SELECT 1", Duration.ofSeconds(1))
                        .build())
                .hasMessageContaining("queries/q/database: there is no database 'orders'");
    }
}
