package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rollout drill k",
                "rollout report k",
                "rollout controller",
                "propose k",
                "instances",
                "release x",
                "copy k --from a --to b",
                "propose",
                "freeze",
                "thaw",
                "import --format x y",
                "usages k",
                "kil k"
            })
    void aVerbThatIsNotThereIsAUsageErrorThatNamesIt(String args) {
        String[] words = args.split(" ");
        Cli.in(directory).run(words).exits(2).says("unknown verb 'flags " + words[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rollout",
                "audit",
                "get",
                "set k",
                "set k 101%",
                "set k 1.2345%",
                "set k x",
                "list -o xml",
                "kill",
                "kill k --all",
                "undo",
                "undo --all",
                "target k",
                "bucket salt",
                "history --limit 0",
                "eval",
                "apply",
                "lint",
                "rollout start k --guard nonsense",
                "rollout start k --stages 50,10",
                "rollout start k --stages 10:0s,100",
                "rollout start k --preset nowhere",
                "rollout start k --plan nowhere.yaml",
                "rollout start k --plan a --preset runbook",
                "rollout start k --preset runbook --bake 5m",
                "rollout start k --hold-back 100%",
                "rollout start k --require-flag other=maybe",
                "rollout start k --require-migration x:1",
                "rollout start k --manual --guard breakers>20%",
                "rollout start k --manual --foreground",
                "rollout plan k --rps 0",
                "rollout plan k --detect much",
                "rollout plan k --detect 101%",
                "rollout abort k --gradual --to 5",
                "report k --since soon",
                "drill k --at 0%",
                "rollout start k --manual --bake soon",
                "create k --variant x",
                "create k --variant x=y",
                "create k --type x",
                "create k --expires soon",
                "create 'k k'",
                "list --environment a{b",
                "list --profile nowhere",
                "diff k",
                "diff k x",
                "completion tcsh",
                "set k 5% --expect-revision x",
                "apply -f nowhere.json"
            })
    void whatCannotBeCarriedOutAsTypedExitsWith2(String args) {
        Cli.Run run = Cli.in(directory)
                .run(args.isEmpty() ? new String[0] : args.split(" "))
                .exits(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("flags: ").doesNotContain("Exception");
        assertThat(directory.resolve("flags.db")).doesNotExist();
    }

    @Test
    void helpIsDataAndListsEveryVerb() {
        Cli.Run help = Cli.in(directory).done("--help");
        assertThat(help.out()).contains(Verbs.ALL);
        assertThat(help.err()).isEmpty();
        Cli.in(directory).done("kill", "--help").prints("--tag", "--reason", "--store");
        Cli.in(directory).done("rollout", "status", "--help").prints("--timeout", "9");
    }

    @Test
    void aPasswordInTheStoreOptionIsRefusedAndNotEchoed() {
        Cli.Run run = Cli.in(directory)
                .run("list", "--store", "redis://:hunter2@host")
                .exits(2)
                .says("--store holds a password");
        assertThat(run.err() + run.out()).doesNotContain("hunter2");
        Cli.Run misplaced =
                Cli.in(directory).run("list", "redis://:hunter2@host").exits(2);
        assertThat(misplaced.err()).doesNotContain("hunter2");
        Cli.Run variable = Cli.in(directory)
                .with("FLAGS_STORE", "redis://:hunter2@host")
                .run("list")
                .exits(2);
        assertThat(variable.err()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql:",
                "jdbc:postgresql://h",
                "jdbc:postgresql://h/",
                "jdbc:postgresql:h/d",
                "jdbc:mysql://h",
                "jdbc:mariadb:///d"
            })
    void aDatabaseUrlThatNamesNoHostOrDatabaseIsWrongUsage(String url) {
        Cli.in(directory)
                .run("list", "--store", url)
                .exits(2)
                .says(url + " does not name a database", "//[USER@]HOST[:PORT]/DATABASE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jdbc:postgresql://127.0.0.1:1/d", "jdbc:mysql://127.0.0.1:1/d", "jdbc:mariadb://127.0.0.1:1/d"})
    void aStoreThatRefusesToConnectIsNamedAndExitsWith5(String url) {
        Cli.in(directory).run("list", "--store", url).exits(5).says(url.substring(url.indexOf("//")));
        Cli.in(directory).run("db", "migrate", "--store", url).code();
        Cli.Run killed =
                Cli.in(directory).run("kill", "k", "--store", url).exits(5).says("flags kill k --file ");
        assertThat(killed.err()).doesNotContain("Exception");
    }

    @Test
    void whatIsNoStoreUrlIsSaidSo() {
        Cli.in(directory).run("list", "--store", "flags.db").exits(2).says("not a store URL");
        Cli.in(directory)
                .run("list", "--store", "jdbc:sqlite::memory:")
                .exits(2)
                .says("does not name an SQLite file");
    }

    @Test
    void inJsonAnErrorIsAnObjectOnStandardError() {
        Cli.Run run = Cli.in(directory).run("get", "k", "-o", "json").exits(5);
        Map<?, ?> error = (Map<?, ?>) ((Map<?, ?>) dev.flags.json.Json.parse(run.err())).get("error");
        assertThat(error.get("code")).isEqualTo(5L);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aMissingStoreIsNamedAbsoluteAndNeverMadeByReading() {
        for (String verb : new String[] {
            "list",
            "stale",
            "history",
            "export",
            "doctor",
            "audit verify",
            "get k",
            "kill k",
            "set k 5%",
            "enable k",
            "undo k",
            "eval k --user u",
            "rollout status k",
            "environment list",
            "environment show",
            "environment protect",
            "archive k",
            "db migrate --dry-run"
        }) {
            if (verb.startsWith("db")) {
                Cli.in(directory).done(verb.split(" "));
            } else {
                Cli.in(directory)
                        .run(verb.split(" "))
                        .exits(5)
                        .says(directory.resolve("flags.db").toString());
            }
            assertThat(directory.resolve("flags.db")).doesNotExist();
        }
    }

    @Test
    void killWithoutAStorePrintsTheVeryCommandThatWorksWithoutOne() throws Exception {
        Cli cli = Cli.in(directory)
                .with(
                        "FLAGS_STORE_KILL_FILE",
                        directory.resolve("the app's/kills.json").toString());
        String advice = cli.run("kill", "a", "b", "--reason", "it's \"bad\" $HOME", "--as", "ada l.")
                .exits(5)
                .err();
        String command = advice.lines()
                .filter(line -> line.startsWith("  "))
                .findFirst()
                .orElseThrow()
                .strip();
        // a shell takes it apart, as it will when it is pasted
        Process shell = new ProcessBuilder("/bin/sh", "-c", "flags() { printf '%s\\n' \"$@\"; }; " + command).start();
        String[] words = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
        Cli.in(directory).done(words);
        assertThat(Files.readString(directory.resolve("the app's/kills.json")))
                .contains("\"a\"", "\"b\"", "it's \\\"bad\\\" $HOME", "ada l.");
    }

    @Test
    void whereOnlyTheStoreKnowsWhichFlagsToKillTheirKeysAreAskedFor() {
        Cli.in(directory)
                .run("kill", "--tag", "x y")
                .exits(5)
                .says("flags kill KEY… --file " + directory.resolve("kills.json"), "Name the flags' keys");
    }

    @Test
    void bucketsAreThoseOfTheVectors() {
        Cli.in(directory).done("bucket", "atomic-projects", "a", "ab").prints("a\t60989\nab\t43870\n");
        Cli.in(directory)
                .reading("abc\n\na\r\nb")
                .done("bucket", "atomic-projects", "-")
                .prints("abc\t95862\n\t12548\na\r\t");
        assertThat(Cli.in(directory).json("bucket", "atomic-projects", "a").toString())
                .isEqualTo("{apiVersion=1, salt=atomic-projects, buckets=[{user=a, bucket=60989}]}");
    }

    @Test
    void standardInputIsPassedThroughWhateverTheLocale() {
        Cli.Run run = Cli.in(directory).reading("é\n").done("bucket", "atomic-projects", "-");
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        Cli.in(directory)
                .reading("é\n")
                .writing(StandardCharsets.US_ASCII)
                .run(out, new java.io.ByteArrayOutputStream(), "bucket", "atomic-projects", "-");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(run.out()).startsWith("é\t");
    }

    @Test
    void lintListsEveryProblemWithItsPath() throws Exception {
        Files.writeString(
                directory.resolve("bad.json"),
                "{\"schema\":1,\"flags\":[{\"key\":\"a\",\"percentage\":101},{\"key\":\"b\",\"type\":\"nonsense\"},{\"key\":\"c\"}]}");
        Cli.Run run = Cli.in(directory).run("lint", "-f", "bad.json").exits(1);
        run.prints("#/flags/0", "#/flags/1").says("2 problems");
        assertThat(Cli.in(directory).json("lint", "-f", "bad.json"))
                .containsEntry("valid", false)
                .containsEntry("flags", 3L);
        Files.writeString(directory.resolve("good.yaml"), "schema: 1\nflags:\n- key: a\n");
        Cli.in(directory).done("lint", "-f", "good.yaml").says("1 flag, no problem");
    }

    @Test
    void completionScriptsNameEveryVerb() {
        for (String shell : new String[] {"bash", "zsh", "fish"}) {
            assertThat(Cli.in(directory).done("completion", shell).out())
                    .contains(Verbs.ALL)
                    .contains("promote");
        }
    }

    @Test
    void theVersionIsPrinted() {
        Cli.in(directory).done("version").prints("flags ");
        assertThat(Cli.in(directory).json("version")).containsKeys("apiVersion", "version");
    }
}
