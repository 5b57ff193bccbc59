package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code segment …} on an SQLite file. */
class SegmentVerbsTest {
    @TempDir
    Path directory;

    private Cli cli;

    @BeforeEach
    void flagsAndSegments() throws IOException {
        cli = Cli.in(directory);
        write("flags.json", """
                {"flags": [
                  {"key": "search", "rules": [{"id": "r", "conditions": [{"segment": "wide"}], "variant": "on"}]}],
                 "segments": [
                  {"name": "beta", "keys": ["ada"], "excluded": ["eve"],
                   "rules": [[{"attribute": "plan", "operator": "in", "values": ["pro"]}]]},
                  {"name": "wide", "rules": [[{"segment": "beta"}]]}]}
                """);
        cli.done("apply", "-f", "flags.json");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    @Test
    void anImportIsListedShownAndChecked() throws IOException {
        write("members.txt", "u1\nu2\neve\n");
        cli.done("segment", "import", "beta", "-f", "members.txt", "--reason", "campaign")
                .prints("segment-import: done")
                .says("committed as revision 2", "beta: 3 members");
        cli.done("segment", "list")
                .prints("beta  large  4        2         search")
                .prints("wide  rules");
        cli.done("segment", "list", "-o", "name").prints("beta\nwide\n");
        cli.done("segment", "show", "beta").prints("kind         large", "3 members", "used by      search");
        assertThat(cli.json("segment", "show", "beta"))
                .containsEntry("members", 4L)
                .containsEntry("usedBy", List.of("search"))
                .extracting("imported")
                .hasToString(cli.json("segment", "show", "beta").get("imported").toString())
                .asString()
                .contains("count=3", "held=3");
        cli.done("segment", "check", "beta", "ada", "u1", "eve", "zoe")
                .prints("ada   yes      listed", "u1    yes      imported", "eve   no       excluded");
        // zoe's plan is not known, so the segment's rule can be told neither way
        assertThat(cli.json("segment", "check", "beta", "zoe"))
                .containsEntry("checks", List.of(mapOfNullMember("zoe")));
        cli.done("segment", "check", "beta", "zoe", "-c", "plan=pro").prints("zoe   yes     rule");
        cli.done("segment", "check", "beta", "zoe", "-c", "plan=free").prints("zoe   no      nothing");
        cli.done("eval", "search", "--user", "u2").prints("search: on = true");
        cli.done("history", "--limit", "1").prints("segment-import", "campaign");
        cli.done("audit", "verify");
    }

    private static Map<String, Object> mapOfNullMember(String user) {
        Map<String, Object> map = new java.util.HashMap<>();
        map.put("user", user);
        map.put("member", null);
        map.put("by", "unknown");
        return map;
    }

    @Test
    void usersAndMembersComeFromStandardInputToo() {
        cli.reading("a\nb\n").done("segment", "import", "beta", "-f", "-").says("beta: 2 members");
        cli.reading("a\n\nc\n")
                .done("segment", "check", "beta", "-", "-c", "plan=x")
                .prints("a\tyes\timported\nc\tno\tnothing\n");
        assertThat(cli.reading("a\nc\n")
                        .done("segment", "check", "beta", "-", "-o", "name")
                        .out())
                .isEqualTo("a\n");
        assertThat(cli.reading("a\n").json("segment", "check", "beta", "-"))
                .containsEntry("user", "a")
                .containsEntry("member", true);
    }

    @Test
    void aDryRunWritesNothingAndWrongLinesAreNamed() throws IOException {
        write("members.txt", "a\nb\n");
        cli.done("segment", "import", "beta", "-f", "members.txt", "--dry-run")
                .says("dry run: nothing was written", "beta: 2 members");
        cli.done("segment", "list").prints("beta  rules  1");
        write("wrong.txt", "a\nb\tc\n");
        cli.run("segment", "import", "beta", "-f", "wrong.txt").exits(1).says("wrong.txt:2");
        cli.run("segment", "import", "beta", "-f", "none.txt").exits(2).says("there is no such file");
        cli.run("segment", "check", "beta").exits(2);
    }

    @Test
    void noSuchSegmentIsExitCode3() {
        cli.run("segment", "show", "none").exits(3).says("there is no segment 'none'");
        cli.run("segment", "check", "none", "ann").exits(3);
    }

    @Test
    void aFileKeepsNoMembersAndAProtectedEnvironmentWantsAReasonAndAYes() throws IOException {
        write("members.txt", "a\n");
        cli.run("segment", "import", "beta", "-f", "members.txt", "--store", "file:flags.json")
                .exits(6)
                .says("keeps no members");
        cli.done("segment", "list", "--store", "file:flags.json").prints("beta  rules  1        0         search");
        cli.done("environment", "protect", "--reason", "x");
        cli.run("segment", "import", "beta", "-f", "members.txt").exits(2).says("--reason");
        cli.run("segment", "import", "beta", "-f", "members.txt", "--reason", "y")
                .exits(2)
                .says("may raise the exposure");
        cli.done("segment", "import", "beta", "-f", "members.txt", "--reason", "y", "--yes");
    }

    @Test
    void fiftyThousandMembersAreStreamed() throws IOException {
        write(
                "members.txt",
                IntStream.range(0, 50_000).mapToObj(i -> "user-" + i).collect(Collectors.joining("\n")));
        cli.done("segment", "import", "beta", "-f", "members.txt").says("beta: 50000 members");
        cli.done("segment", "check", "beta", "user-49999", "user-50000", "-c", "plan=x")
                .prints("user-49999  yes", "user-50000  no");
    }
}
