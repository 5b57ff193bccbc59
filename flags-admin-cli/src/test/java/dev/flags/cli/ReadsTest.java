package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.json.Json;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs that only look print, and the rollout's exit codes. */
class ReadsTest {
    @TempDir
    Path directory;

    private Cli cli;

    @BeforeEach
    void aStoreWithAFlag() {
        cli = Cli.in(directory);
        cli.done("create", "k", "--percent", "12.5", "--as", "ada");
    }

    @Test
    void theShapeOfGetIsAsDocumented() {
        cli.done("rollout", "start", "k", "--manual", "--stages", "20,100", "--bake", "15m");
        Map<String, Object> flag = cli.json("get", "k");
        assertThat(flag)
                .containsEntry("apiVersion", 1L)
                .containsEntry("key", "k")
                .containsEntry("environment", "development")
                .containsEntry("enabled", true)
                .containsEntry("killed", null)
                .containsEntry("percentage", 20L)
                .containsEntry("revision", 2L)
                .containsEntry("layer", "sqlite");
        assertThat(flag.get("variants")).isEqualTo(Map.of("on", true, "off", false));
        assertThat(flag.get("rollout").toString())
                .contains("state=RUNNING, stage=1")
                .contains(
                        "stages=[{percentage=20, bake=PT15M, state=RUNNING}, {percentage=100, bake=PT0S, state=PENDING}]");
        assertThat(cli.json("list")).containsEntry("apiVersion", 1L);
        assertThat(((List<?>) cli.json("list").get("flags")).get(0).toString())
                .as("each as get has it")
                .contains("key=k", "rollout={", "variants={");
    }

    @Test
    void aFlagsRevisionIsTheOneThatLastChangedIt() {
        cli.done("create", "other");
        assertThat(cli.json("get", "k"))
                .containsEntry("revision", 1L)
                .containsEntry("percentage", new BigDecimal("12.5"));
        assertThat(cli.json("eval", "k", "--user", "u"))
                .containsEntry("revision", 2L)
                .containsEntry("flagRevision", 1L);
    }

    @Test
    void theShapeOfEvalIsAsDocumented() {
        assertThat(cli.json("eval", "k", "--user", "u"))
                .containsEntry("apiVersion", 1L)
                .containsEntry("key", "k")
                .containsKeys("variant", "value", "enabled", "explanation")
                .containsEntry("reason", "PERCENTAGE")
                .containsEntry(
                        "bucket",
                        Long.valueOf(cli.done("bucket", "k", "u").out().strip().split("\t", -1)[1]));
        assertThat(cli.json("eval", "k")).containsEntry("bucket", null).containsEntry("reason", "NO_TARGETING_KEY");
        cli.done("eval", "k", "--user", "u", "--explain").prints("k: ", "percentage:");
    }

    @Test
    void contextValuesAreJsonWhereTheyAreJson() throws Exception {
        java.nio.file.Files.writeString(directory.resolve("f.json"), """
                {"flags":[{"key":"r","rules":[
                  {"id":"age","conditions":[{"attribute":"age","operator":">=","value":18}],"variant":"on"},
                  {"id":"plan","conditions":[{"attribute":"plan","operator":"in","values":["pro"]}],"variant":"on"}]}]}
                """);
        cli.done("apply", "-f", "f.json");
        assertThat(cli.json("eval", "r", "--user", "u", "-c", "age=20")).containsEntry("rule", "age");
        assertThat(cli.json("eval", "r", "--user", "u", "-c", "age=7", "-c", "plan=pro"))
                .containsEntry("rule", "plan");
        assertThat(cli.json("eval", "r", "--user", "u", "-c", "plan=[\"pro\"]")).containsEntry("enabled", true);
    }

    @Test
    void theShapeOfHistoryIsAsDocumented() {
        cli.done("set", "k", "20%", "--reason", "why not", "--as", "bob");
        Map<?, ?> entry = (Map<?, ?>) ((List<?>) cli.json("history", "k").get("entries")).get(0);
        assertThat(entry.keySet().stream().map(String::valueOf))
                .contains(
                        "revision",
                        "at",
                        "actor",
                        "host",
                        "action",
                        "keys",
                        "reason",
                        "before",
                        "after",
                        "hash",
                        "previousHash");
        assertThat(entry)
                .extracting("revision", "actor", "action", "reason")
                .containsExactly(2L, "bob", "set", "why not");
        assertThat((List<?>) cli.json("history", "--limit", "1").get("entries")).hasSize(1);
        assertThat((List<?>) cli.json("history", "--since", "1h").get("entries"))
                .hasSize(2);
        assertThat((List<?>) cli.json("history", "--since", "2999-01-01").get("entries"))
                .isEmpty();
        cli.run("history", "--since", "soon").exits(2);
    }

    @Test
    void aDifferenceNamesWhatChanged() {
        cli.done("set", "k", "20%");
        cli.done("disable", "k");
        cli.done("diff", "k", "1", "2").prints("definition/percentage: 12.5 → 20");
        assertThat(cli.json("diff", "k", "1").get("changes").toString())
                .contains("/definition/enabled", "/definition/percentage");
        cli.done("diff", "k", "3").prints("no difference");
        cli.writing(StandardCharsets.US_ASCII).done("diff", "k", "1", "2").prints("12.5 -> 20");
    }

    @Test
    void anIntactChainAndABrokenOne() throws Exception {
        cli.done("set", "k", "20%", "--reason", "before");
        assertThat(cli.json("audit", "verify"))
                .containsEntry("apiVersion", 1L)
                .containsEntry("entries", 2L)
                .containsEntry("intact", true)
                .containsEntry("firstBroken", null);
        String[] lines = cli.done("audit", "export").out().split("\n");
        assertThat(lines).hasSize(2);
        Map<?, ?> first = (Map<?, ?>) Json.parse(lines[0]);
        assertThat(dev.flags.store.AuditChain.hash((String) first.get("payload")))
                .isEqualTo(first.get("hash"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("flags.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(
                    "UPDATE flags_audit SET payload = replace(payload, 'before', 'behind') WHERE revision = 2");
        }
        assertThat(cli.run("audit", "verify", "-o", "json").exits(1).json())
                .containsEntry("intact", false)
                .containsEntry("firstBroken", 2L);
        cli.run("doctor").exits(1).prints("fail history");
    }

    @Test
    void aMalformedFlagIsShownAndCanBeKilled() throws Exception {
        cli.done("create", "sound");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("flags.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE flags_flag SET definition = '{\"key\":' WHERE flag_key = 'k'");
        }
        cli.done("list").prints("k      malformed");
        cli.done("get", "k").prints("problem");
        cli.run("doctor").exits(1).prints("fail flag k");
        cli.run("set", "k", "5%").exits(1);
        cli.run("export").exits(1).says("left out").prints("sound");
        cli.done("kill", "k", "--reason", "broken");
        assertThat(cli.json("get", "k")).containsEntry("state", "killed");
        assertThat(cli.json("eval", "k", "--user", "u")).containsEntry("enabled", false);
    }

    @Test
    void listsAreFiltered() {
        cli.done("create", "tagged", "--tag", "a", "--expires", "2020-01-01");
        cli.done("create", "rolling");
        cli.done("rollout", "start", "rolling", "--manual");
        cli.done("create", "killed");
        cli.done("kill", "killed");
        assertThat(cli.done("list", "--tag", "a", "-o", "name").out()).isEqualTo("tagged\n");
        assertThat(cli.done("list", "--killed", "-o", "name").out()).isEqualTo("killed\n");
        assertThat(cli.done("list", "--rolling", "-o", "name").out()).isEqualTo("rolling\n");
        assertThat(cli.done("list", "--stale", "-o", "name").out()).isEqualTo("tagged\n");
        cli.done("stale").prints("expired on 2020-01-01");
        Cli later = cli.at(Clock.offset(Clock.systemUTC(), Duration.ofDays(40)));
        later.done("stale").prints("killed, and unchanged for 40 days");
        cli.done("list").prints("KEY", "STATE", "PERCENT", "STAGE", "REVISION", "UPDATED", "BY", "1/3 RUNNING");
        cli.done("archive", "tagged");
        assertThat(cli.done("list", "-o", "name").out()).doesNotContain("tagged");
    }

    @Test
    void aRolloutByHandAndItsExitCodes() {
        cli.run("rollout", "start", "k", "--manual", "--stages", "50,10")
                .exits(2)
                .says("stages/2");
        cli.run("rollout", "start", "k", "--manual").exits(9).says("below the 12.5%");
        cli.done("set", "k", "0%");
        cli.done("rollout", "start", "k", "--manual").says("rollout start");
        cli.run("rollout", "start", "k", "--manual").exits(9);
        cli.done("rollout", "status", "k").prints("RUNNING", "├─ 1  10%   RUNNING");
        cli.done("rollout", "promote", "k");
        assertThat(cli.json("rollout", "status", "k").get("rollout").toString()).contains("stage=2");
        cli.done("rollout", "pause", "k");
        cli.run("rollout", "promote", "k").exits(9);
        cli.done("rollout", "resume", "k");
        cli.run("rollout", "status", "k", "-w", "--timeout", "0s").exits(8).says("not over");
        cli.done("rollout", "promote", "k", "--full");
        cli.done("rollout", "status", "k");
        cli.done("create", "l", "--percent", "5");
        cli.done("rollout", "start", "l", "--manual");
        cli.done("set", "l", "20%");
        cli.run("rollout", "status", "l").exits(9).prints("HOLDING");
        cli.done("rollout", "resume", "l");
        cli.done("rollout", "abort", "l", "--to", "previous");
        assertThat(cli.json("get", "l")).containsEntry("percentage", 5L);
        cli.run("rollout", "status", "l").exits(7).prints("ABORTED");
        cli.run("rollout", "status", "l", "-w").exits(7);
        cli.run("rollout", "abort", "l").exits(3);
        cli.done("rollout", "start", "l", "--manual");
        cli.done("kill", "l");
        cli.run("rollout", "status", "l").exits(7);
        cli.run("rollout", "start", "l", "--manual").exits(9);
        cli.done("unkill", "l");
        assertThat(cli.json("get", "l")).as("the kill ended a rollout").containsEntry("percentage", 0L);
    }

    @Test
    void aWatchPrintsOneObjectALineForEveryChange() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thread watch = new Thread(() -> cli.run(out, new ByteArrayOutputStream(), "get", "k", "-w", "-o", "json"));
        watch.setDaemon(true);
        watch.start();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () -> assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("}\n"));
        cli.done("set", "k", "33%");
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() ->
                        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(2));
        watch.interrupt();
        watch.join(120_000);
        assertThat(watch.isAlive()).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8)
                        .lines()
                        .map(Json::parse)
                        .map(o -> ((Map<?, ?>) o).get("percentage").toString()))
                .containsExactly("12.5", "33");
    }

    @Test
    void tablesKeepToAsciiWhereTheLocaleDoes() {
        cli.done("set", "k", "20%", "--reason", "größer");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        cli.writing(StandardCharsets.US_ASCII).run(out, new ByteArrayOutputStream(), "history");
        assertThat(out.toString(StandardCharsets.US_ASCII)).contains("gr\\u00f6\\u00dfer");
    }

    @Test
    void coloursComeOnlyOnATerminalThatWantsThem() {
        cli.done("kill", "k");
        assertThat(cli.done("list").out()).doesNotContain("\u001b");
        Cli terminal = cli.typing("").with("TERM", "xterm");
        assertThat(terminal.done("list").out()).contains("\u001b[31mkilled");
        assertThat(terminal.with("NO_COLOR", "1").done("list").out()).doesNotContain("\u001b");
        assertThat(terminal.with("TERM", "dumb").done("list").out()).doesNotContain("\u001b");
    }
}
