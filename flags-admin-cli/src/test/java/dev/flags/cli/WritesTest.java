package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the verbs that change something do, on a real SQLite store. */
class WritesTest {
    @TempDir
    Path directory;

    private Cli cli;

    @BeforeEach
    void aStoreWithAFlag() {
        cli = Cli.in(directory);
        cli.done("create", "k", "--tag", "red", "--owner", "ada");
    }

    private Map<String, Object> get() {
        return cli.json("get", "k");
    }

    @Test
    void createMakesTheStoreAndAFlagAtZeroAndEnabled() {
        assertThat(directory.resolve("flags.db")).exists();
        assertThat(get())
                .containsEntry("enabled", true)
                .containsEntry("percentage", 0L)
                .containsEntry("killed", null);
        cli.run("create", "k").exits(4).says("already", "revision 1");
        cli.done("create", "sized", "--variant", "off=0", "--variant", "big=10", "--percent", "12.5");
        assertThat(cli.json("get", "sized")).containsEntry("percentage", new BigDecimal("12.5"));
    }

    @Test
    void everyWriteSaysWhichStoreAndEnvironmentOnStandardError() {
        cli.done("set", "k", "5%").says("environment development of jdbc:sqlite:" + directory.resolve("flags.db"));
        cli.done("create", "k", "--environment", "staging").says("environment staging of jdbc:sqlite:");
    }

    @Test
    void theShapeOfAWriteIsAsDocumented() {
        assertThat(cli.json("set", "k", "25%"))
                .containsEntry("apiVersion", 1L)
                .containsEntry("key", "k")
                .containsEntry("action", "set")
                .containsEntry("changed", true)
                .containsEntry("revision", 2L)
                .containsEntry("previousRevision", 1L);
        assertThat(cli.json("set", "k", "25%")).containsEntry("changed", false).containsEntry("revision", 2L);
        cli.done("create", "l");
        assertThat(cli.json("disable", "k", "l"))
                .containsEntry("keys", List.of("k", "l"))
                .containsEntry("revision", 4L)
                .doesNotContainKey("key");
    }

    @Test
    void aDryRunShowsTheDifferenceAndTheShareAndChangesNothing() {
        cli.done("set", "k", "25%", "--dry-run")
                .prints("percentage: 0 → 25", "newly reached: 25%")
                .says("dry run");
        Map<String, Object> json = cli.json("set", "k", "25%", "--dry-run");
        assertThat(json)
                .containsEntry("dryRun", true)
                .containsEntry("changed", true)
                .containsEntry("revision", 1L);
        assertThat(json.get("difference").toString())
                .contains("path=/definition/percentage, before=0, after=25", "newlyReached=25, takenAway=0");
        assertThat(get()).containsEntry("revision", 1L);
        cli.done("kill", "k", "--dry-run");
        assertThat(get()).containsEntry("killed", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"create x", "apply -f flags.json"})
    void aDryRunMakesNoStore(String args) throws Exception {
        Files.writeString(directory.resolve("flags.json"), "{\"flags\":[{\"key\":\"x\"}]}");
        String[] words = (args + " --dry-run --store jdbc:sqlite:other.db").split(" ");
        cli.done(words).says("it would be made");
        assertThat(directory.resolve("other.db")).doesNotExist();
    }

    @Test
    void anotherRevisionThanExpectedIsAConflict() {
        cli.done("set", "k", "5%", "--expect-revision", "1");
        cli.run("set", "k", "6%", "--expect-revision", "1")
                .exits(4)
                .says("k is at revision 2, not 1", "nothing was changed");
        assertThat(get()).containsEntry("percentage", 5L);
    }

    @Test
    void unknownFlagsExitWith3() {
        for (String verb : List.of(
                "set nope 5%",
                "enable nope",
                "disable nope",
                "target nope --on u",
                "archive nope",
                "undo nope",
                "kill nope",
                "unkill nope",
                "get nope",
                "eval nope --user u",
                "history nope",
                "diff nope 1",
                "export nope",
                "rollout start nope --manual",
                "rollout promote nope",
                "rollout status nope",
                "kill --tag nope")) {
            cli.run(verb.split(" ")).exits(3).says("nope");
        }
        cli.run("diff", "k", "99").exits(3).says("no such revision");
        cli.run("undo", "k", "--to-revision", "99").exits(3);
        cli.run("rollout", "status", "k").exits(3).says("no such rollout");
    }

    @Test
    void killLatchesAndLeavesTheRestUntouched() {
        cli.done("set", "k", "40%");
        cli.done("kill", "k", "--reason", "INC-431", "--as", "ada").prints("k: killed");
        Map<String, Object> flag = get();
        assertThat(flag)
                .containsEntry("percentage", 40L)
                .containsEntry("enabled", true)
                .containsEntry("state", "killed");
        assertThat((Map<?, ?>) flag.get("killed")).extracting("by", "reason").containsExactly("ada", "INC-431");
        assertThat(cli.json("kill", "k")).containsEntry("changed", false);
        cli.done("unkill", "k").prints("k: partial 40%");
        cli.done("kill", "k");
        assertThat(get().get("killed").toString()).contains("unspecified");
        cli.done("unkill", "k", "--at", "7%");
        assertThat(get()).containsEntry("percentage", 7L).containsEntry("killed", null);
    }

    @Test
    void ofSeveralKeysTheKnownOnesAreKilledAndTheOthersReported() {
        Cli.Run run = cli.run("kill", "k", "nope", "-o", "json").exits(3).says("no such flag: nope");
        assertThat(run.json()).containsEntry("keys", List.of("k")).containsEntry("unknownKeys", List.of("nope"));
        assertThat(get().get("killed")).isNotNull();
    }

    @Test
    void aFlagThatOnlyAnotherLayerDefinesIsKilledWhenSaidSo() {
        cli.run("kill", "elsewhere").exits(3);
        assertThat(cli.json("kill", "elsewhere", "--undefined")).containsEntry("keys", List.of("elsewhere"));
        assertThat(cli.json("kill", "elsewhere")).containsEntry("changed", false);
        cli.done("unkill", "elsewhere");
        cli.run("kill", "elsewhere").exits(3);
        cli.run("kill", "--all", "--undefined", "--yes").exits(2);
    }

    /** Somebody changes the flag between the question and the answer. */
    @Test
    void whatWasAgreedToIsWhatIsDoneOrAConflict() {
        cli.done("set", "k", "40%");
        cli.done("environment", "protect", "--reason", "r");
        InputStream answer = new ByteArrayInputStream("y\n".getBytes(StandardCharsets.UTF_8)) {
            private boolean asked;

            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                if (!asked) {
                    asked = true;
                    cli.done("set", "k", "5%", "--reason", "meanwhile");
                }
                return super.read(into, offset, length);
            }
        };
        Shell shell = new Shell(
                answer,
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                cli.variables(),
                cli.directory(),
                true,
                StandardCharsets.UTF_8,
                cli.clock());
        assertThat(Main.run(shell, "set", "k", "90%", "--reason", "r")).isEqualTo(ExitCode.CONFLICT);
        assertThat(get()).containsEntry("percentage", 5L);
    }

    @Test
    void killByTagAndKillOfAll() {
        cli.done("create", "l");
        assertThat(cli.json("kill", "--tag", "red")).containsEntry("keys", List.of("k"));
        cli.run("kill", "--all").exits(2).says("2", "--yes");
        cli.typing("n\n").run("kill", "--all").exits(2).says("nothing was changed");
        assertThat(cli.json("list", "--killed").get("flags").toString()).doesNotContain("key=l");
        cli.typing("y\n").done("kill", "--all").says("2");
        assertThat(cli.json("list", "--killed").get("flags").toString()).contains("key=k", "key=l");
    }

    @Test
    void killAllWithYesDoesNotAsk() {
        assertThat(cli.json("kill", "--all", "--yes"))
                .containsEntry("changed", true)
                .containsEntry("previousRevision", 1L);
    }

    @Test
    void undoGoesBackAndNeverLiftsAKill() {
        cli.done("set", "k", "40%");
        cli.done("set", "k", "50%");
        cli.done("kill", "k");
        cli.done("undo", "k").says("killed");
        assertThat(get()).containsEntry("percentage", 40L).containsEntry("state", "killed");
        cli.done("undo", "k", "--to-revision", "1");
        assertThat(get()).containsEntry("percentage", 0L);
        cli.done("undo", "--all", "--to-revision", "2", "--expect-revision", "6", "--yes");
        assertThat(get()).containsEntry("percentage", 40L);
        cli.run("undo", "--all", "--to-revision", "2", "--expect-revision", "6", "--yes")
                .exits(4);
    }

    @Test
    void targetsAreSetAndRemoved() {
        cli.done("target", "k", "--on", "ada", "bob", "--off", "eve");
        assertThat(cli.json("eval", "k", "--user", "bob"))
                .containsEntry("enabled", true)
                .containsEntry("reason", "TARGET");
        cli.done("target", "k", "--remove", "bob");
        assertThat(cli.json("eval", "k", "--user", "bob")).containsEntry("enabled", false);
        cli.run("target", "k", "--on", "ada", "--off", "ada").exits(2).says("named twice");
    }

    @Test
    void aProtectedEnvironmentWantsReasonsAndAgreementToWhatRaises() {
        cli.done("environment", "protect", "--reason", "live now");
        assertThat(cli.json("environment", "show")).containsEntry("protected", true);
        cli.run("set", "k", "5%").exits(2).says("--reason");
        cli.run("set", "k", "5%", "--reason", "r").exits(2).says("--yes");
        cli.typing("yes\n").done("set", "k", "5%", "--reason", "r");
        cli.done("set", "k", "3%", "--reason", "lower needs no agreement");
        cli.done("kill", "k");
        cli.done("set", "k", "4%", "--reason", "r", "--yes");
        cli.done("environment", "unprotect", "--reason", "over", "--yes");
        cli.done("unkill", "k");
        cli.done("environment", "list").prints("ENVIRONMENT", "development  no");
    }

    @Test
    void aProfileCanOnlyAddToTheProtection() {
        cli.done("profile", "set", "live", "protected=true");
        Cli live = cli.with("FLAGS_PROFILE", "live");
        live.run("set", "k", "5%").exits(2).says("--reason");
        live.run("set", "k", "5%", "--reason", "r").exits(2).says("raises the exposure");
        live.typing("y\n").done("set", "k", "5%", "--reason", "r");
        live.done("set", "k", "1%", "--reason", "r");
        live.done("kill", "k");
    }

    @Test
    void killInAFileNeedsNoStore() throws Exception {
        Path file = Files.writeString(
                directory.resolve("layer.yaml"),
                "# a comment\nschema: 1\nflags:\n- key: k\n  tags: [red]\n  future: 1\n");
        Cli down = cli.with("FLAGS_STORE", "redis://nowhere");
        down.done("kill", "--file", "layer.yaml", "k", "elsewhere", "--reason", "no: store", "--as", "ada")
                .says(file.toString());
        assertThat(cli.json("get", "k", "--store", "file:layer.yaml")
                        .get("killed")
                        .toString())
                .contains("no: store", "ada");
        assertThat(cli.json("list", "--store", "file:layer.yaml", "--killed")
                        .get("flags")
                        .toString())
                .contains("elsewhere");
        assertThat(Files.readString(file)).contains("future: 1");
        assertThat(down.json("kill", "--file", "layer.yaml", "--tag", "red")).containsEntry("changed", false);
        down.done("unkill", "--file", "layer.yaml", "k");
        assertThat(cli.json("get", "k", "--store", "file:layer.yaml")).containsEntry("killed", null);
        down.done("kill", "--file", "new.json", "k");
        assertThat(cli.json("get", "k", "--store", "file:" + directory.resolve("new.json")))
                .containsEntry("state", "killed");
        down.run("kill", "--file", "new.json", "--all").exits(3);
        down.run("kill", "--file", "new.json", "k k").exits(2);
        Files.writeString(directory.resolve("bad.json"), "{");
        down.run("kill", "--file", "bad.json", "k").exits(1).says("nothing was changed");
        down.run("kill", "--file", "layer.yaml", "--all").exits(2).says("--yes");
    }

    @Test
    void aFlagFileIsReadOnly() throws Exception {
        Files.writeString(
                directory.resolve("f.json"),
                "{\"flags\":[{\"key\":\"k\",\"percentage\":100},{\"key\":\"bad\",\"type\":\"x\"}]}");
        cli.run("set", "k", "5%", "--store", "file:f.json").exits(6).says("read only");
        cli.run("history", "--store", "file:f.json").exits(2).says("no history");
        cli.done("list", "--store", "file:f.json").prints("k    on", "malformed");
        assertThat(cli.json("eval", "k", "--user", "u", "--store", "file:f.json"))
                .containsEntry("enabled", true);
        cli.run("doctor", "--store", "file:f.json").exits(1).prints("fail flag bad");
        cli.run("get", "k", "--store", "file:nowhere.json")
                .exits(5)
                .says(directory.resolve("nowhere.json").toString());
    }

    @Test
    void applyBringsTheStoreToTheFileInOneCommit() throws Exception {
        Files.writeString(directory.resolve("f.yaml"), "schema: 1\nflags:\n- key: k\n  percentage: 30\n- key: new\n");
        cli.done("apply", "-f", "f.yaml", "--dry-run").prints("k: would change", "new: would change");
        assertThat(cli.json("apply", "-f", "f.yaml"))
                .containsEntry("action", "apply")
                .containsEntry("revision", 2L)
                .containsEntry("previousRevision", 1L);
        assertThat(cli.json("apply", "-f", "f.yaml")).containsEntry("changed", false);
        String exported = cli.done("export").out();
        Files.writeString(directory.resolve("again.json"), exported);
        assertThat(cli.json("apply", "-f", "again.json")).containsEntry("changed", false);
        String yaml = cli.done("export", "-o", "yaml").out();
        assertThat(cli.reading(yaml).json("apply", "-f", "-")).containsEntry("changed", false);
        cli.done("export", "-o", "name").prints("k\nnew\n");
        Files.writeString(directory.resolve("one.json"), "{\"flags\":[{\"key\":\"new\"}]}");
        cli.done("apply", "-f", "one.json", "--prune", "--yes");
        cli.done("list", "-o", "name").prints("new\n");
        Files.writeString(
                directory.resolve("bad.json"),
                "{\"flags\":[{\"key\":\"a\",\"percentage\":101},{\"key\":\"b\",\"type\":\"x\"}]}");
        cli.run("apply", "-f", "bad.json").exits(1).says("#/flags/0/percentage", "#/flags/1/type");
    }

    @Test
    void hostileTextIsEscapedForTheTerminal() {
        cli.done("set", "k", "1%", "--reason", "\u001b[2J\u202egnp");
        for (String verb : List.of("history", "get k", "history -o json", "history -o yaml", "audit export")) {
            String out = cli.done(verb.split(" ")).out();
            assertThat(out).doesNotContain("\u001b", "\u202e");
        }
        assertThat(cli.json("history", "k").toString()).contains("\u001b[2J\u202egnp");
    }

    @Test
    void aReadOnlyDirectoryIsNotPermitted() {
        assertThat(directory.resolve("nowhere")).doesNotExist();
        cli.run("create", "x", "--store", "jdbc:sqlite:nowhere/flags.db")
                .exits(5)
                .says("no such directory");
    }

    @Test
    void whatIsNoStoreIsSaidSoWithoutAStackTrace() throws Exception {
        Files.writeString(
                directory.resolve("foreign.db"),
                "this is not a database, only some text that is long enough to be read");
        Cli.Run run =
                cli.run("list", "--store", "jdbc:sqlite:foreign.db").exits(1).says("foreign.db");
        assertThat(run.err()).doesNotContain("\tat ");
        cli.run("kill", "k", "--store", "jdbc:sqlite:foreign.db").exits(1).says("flags kill k --file ");
    }
}
