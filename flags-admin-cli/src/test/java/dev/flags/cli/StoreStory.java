package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.json.Json;
import dev.flags.store.FlagStore;
import dev.flags.store.SavedSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every verb does on every kind of store. A subclass says where the store is. */
abstract class StoreStory {
    @TempDir
    Path directory;

    /** On a store that is ready for its first flag. */
    abstract Cli cli();

    /** What {@code layer} is in the output. */
    abstract String layer();

    @Test
    void aFlagsLifeFromCreateToArchive() {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "life");
        assertThat(cli.json("create", "k", "--tag", "red", "--owner", "ada"))
                .containsEntry("key", "k")
                .containsEntry("changed", true)
                .containsEntry("revision", 1L)
                .containsEntry("previousRevision", 0L);
        cli.run("create", "k").exits(4).says("already");
        assertThat(cli.json("set", "k", "25%", "--reason", "first"))
                .containsEntry("action", "set")
                .containsEntry("revision", 2L)
                .containsEntry("previousRevision", 1L);
        assertThat(cli.json("set", "k", "25%")).containsEntry("changed", false);
        cli.run("set", "k", "30%", "--expect-revision", "1").exits(4).says("k is at revision 2, not 1");
        cli.done("target", "k", "--on", "ada", "--off", "bob");
        assertThat(cli.json("eval", "k", "--user", "ada")).containsEntry("enabled", true);
        assertThat(cli.json("eval", "k", "--user", "bob")).containsEntry("enabled", false);
        cli.done("kill", "k", "--reason", "INC-1").says("environment life of ");
        assertThat(cli.json("get", "k").get("killed").toString()).contains("INC-1");
        assertThat(cli.json("eval", "k", "--user", "ada")).containsEntry("enabled", false);
        cli.done("list", "--killed", "-o", "name").prints("k\n");
        cli.done("unkill", "k");
        cli.done("disable", "k");
        cli.done("enable", "k");
        assertThat(cli.json("get", "k"))
                .containsEntry("killed", null)
                .containsEntry("percentage", 25L)
                .containsEntry("layer", layer())
                .containsEntry("revision", 7L);
        cli.done("undo", "k", "--to-revision", "1");
        assertThat(cli.json("get", "k")).containsEntry("percentage", 0L);
        cli.done("diff", "k", "2", "8").prints("percentage");
        cli.done("archive", "k");
        cli.done("list").says("no such flags");
        assertThat((List<?>) cli.json("history", "k").get("entries")).hasSize(9);
        cli.run("get", "nope").exits(3);
        cli.run("kill", "nope").exits(3);
    }

    @Test
    void aRolloutByHandClimbsAndEnds() {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "rollout");
        cli.done("create", "k");
        cli.done("rollout", "start", "k", "--manual", "--stages", "10,50,100");
        cli.done("rollout", "promote", "k");
        cli.done("rollout", "status", "k").prints("50");
        cli.done("rollout", "pause", "k");
        cli.done("rollout", "resume", "k");
        cli.done("kill", "k");
        cli.run("rollout", "status", "k").exits(7);
        cli.done("unkill", "k");
        assertThat(cli.json("get", "k")).containsEntry("percentage", 0L);
        cli.done("rollout", "start", "k", "--manual");
        cli.done("rollout", "abort", "k", "--to", "5");
        assertThat(cli.json("get", "k")).containsEntry("percentage", 5L);
    }

    @Test
    void aFileIsAppliedAndExportedAsItWas() throws Exception {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "files");
        String text =
                "{\"schema\":1,\"flags\":[{\"key\":\"a\",\"percentage\":12.5,\"tags\":[\"x\"]},{\"key\":\"b\",\"enabled\":false}]}";
        Files.writeString(directory.resolve("flags.json"), text);
        cli.done("apply", "-f", "flags.json", "--dry-run").says("nothing was written");
        cli.done("apply", "-f", "flags.json");
        Files.writeString(directory.resolve("again.json"), cli.done("export").out());
        assertThat(cli.json("apply", "-f", "again.json")).containsEntry("changed", false);
        cli.done("kill", "--tag", "x");
        cli.done("kill", "--all", "--yes").prints("a: killed, already so", "b: killed");
        assertThat(cli.json("undo", "--all", "--to-revision", "0", "--yes")).containsEntry("changed", true);
    }

    @Test
    void theHistoryIsWholeAndCanBeTakenElsewhere() {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "history");
        cli.done("create", "k", "--reason", "näher \u202e → \"x\"");
        cli.done("set", "k", "1%");
        assertThat(cli.json("audit", "verify"))
                .containsEntry("entries", 2L)
                .containsEntry("intact", true)
                .containsEntry("firstBroken", null);
        List<Map<?, ?>> entries = cli.done("audit", "export")
                .out()
                .lines()
                .<Map<?, ?>>map(line -> (Map<?, ?>) Json.parse(line))
                .toList();
        assertThat(entries).hasSize(2);
        assertThat(entries.get(0).get("reason")).isEqualTo("näher \u202e → \"x\"");
        assertThat(entries.get(1).get("previousHash")).isEqualTo(entries.get(0).get("hash"));
    }

    @Test
    void theOldestEntriesAreMovedToAFileAndTheRestStillVerifies() throws Exception {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "archived");
        cli.done("create", "k");
        for (int percent = 1; percent <= 5; percent++) {
            cli.done("set", "k", percent + "%");
        }
        cli.done("audit", "archive", "--to", "log.jsonl", "--keep", "2", "--dry-run")
                .says("would move the entries 1 to 4", "nothing was written");
        assertThat(directory.resolve("log.jsonl")).doesNotExist();
        cli.done("audit", "archive", "--to", "log.jsonl", "--keep", "2", "--reason", "room")
                .says("4 entries, up to revision 4, are in " + directory.resolve("log.jsonl"));
        assertThat(Files.readAllLines(directory.resolve("log.jsonl"))).hasSize(4);
        assertThat(cli.json("audit", "verify")).containsEntry("intact", true).containsEntry("entries", 3L);
        cli.done("environment", "show").prints("archived     up to revision 4");
        cli.run("diff", "k", "1", "6").exits(3).says("log.jsonl");
        cli.done("diff", "k", "4", "6").prints("percentage: 3 → 5");
        cli.done("history", "k").says("log.jsonl");
        cli.done("audit", "archive", "--to", "more.jsonl").says("nothing to change");
        cli.done("kill", "k");
    }

    @Test
    void environmentsAreListedAndProtected() {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "careful");
        cli.done("create", "k");
        cli.done("create", "k", "--environment", "carefree");
        cli.done("environment", "protect", "--reason", "live");
        cli.run("set", "k", "5%").exits(2).says("--reason");
        cli.run("set", "k", "5%", "--reason", "r").exits(2).says("--yes");
        cli.done("set", "k", "5%", "--reason", "r", "--yes");
        cli.done("kill", "k");
        assertThat(cli.json("environment", "list").get("environments").toString())
                .contains("{environment=careful, protected=true, revision=4}")
                .contains("{environment=carefree, protected=false, revision=1}");
        assertThat(cli.json("environment", "show")).containsEntry("protected", true);
    }

    @Test
    void theDoctorLooksAtTheStoreAndFindsNothingWrong() {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "healthy");
        cli.done("create", "k");
        Cli.Run run = cli.run("doctor");
        assertThat(run.out())
                .contains("ok   store: reachable", "ok   history: 1 entries")
                .doesNotContain("fail ");
        run.exits(0);
        cli.done("db", "migrate").says("nothing");
        cli.done("db", "migrate", "--dry-run").says("nothing");
    }

    @Test
    void whatIsLostIsRestoredFromASavedSnapshot() throws Exception {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "restored");
        cli.done("create", "k", "--percent", "25");
        cli.done("create", "l");
        cli.done("kill", "l", "--reason", "INC-9");
        Path snapshots = directory.resolve("snapshots");
        save(cli, snapshots);
        cli.run("restore", "--from", snapshots.toString()).exits(9).says("has lost nothing");
        cli.done("set", "k", "50%");
        cli.done("restore", "--from", snapshots.toString(), "--force", "--yes", "--reason", "INC-10")
                .says("restoring from " + snapshots, "is not in the snapshot");
        assertThat(cli.json("get", "k")).containsEntry("percentage", 25L);
        assertThat(cli.json("get", "l").get("killed").toString()).contains("INC-9");
        assertThat(cli.json("audit", "verify")).containsEntry("intact", true).containsEntry("entries", 5L);
        cli.run("restore", "--from", snapshots.toString(), "--environment", "other")
                .exits(2)
                .says("no saved snapshot of environment other");
        cli.run("restore", "--from", "nowhere").exits(2).says("cannot read");
    }

    /** What every application does that was given a directory for snapshots. */
    static void save(Cli cli, Path directory) throws Exception {
        Files.createDirectories(directory);
        Session session = new Session(cli.shell());
        try (FlagStore store = session.open()) {
            SavedSnapshot.write(directory.resolve("snapshot.json"), store.load());
        } finally {
            session.close();
        }
    }

    @Test
    void aWatchFollowsTheStore() throws Exception {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "watched");
        cli.done("create", "k");
        cli.done("rollout", "start", "k", "--manual", "--stages", "10,100");
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        java.util.concurrent.CompletableFuture<Integer> watching = java.util.concurrent.CompletableFuture.supplyAsync(
                () -> cli.run(out, new java.io.ByteArrayOutputStream(), "rollout", "status", "k", "-w", "-o", "json"));
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() ->
                        out.toString(java.nio.charset.StandardCharsets.UTF_8).contains("\"percentage\":10"));
        cli.done("rollout", "promote", "k");
        cli.done("rollout", "abort", "k");
        assertThat(watching.get(120, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(out.toString(java.nio.charset.StandardCharsets.UTF_8).lines())
                .last()
                .asString()
                .contains("\"final\":true", "ABORTED");
    }

    @Test
    void aLargeSegmentGetsItsMembersAndTellsWhoBelongsToIt() throws Exception {
        Cli cli = cli().with("FLAGS_ENVIRONMENT", "members");
        Files.writeString(directory.resolve("members.txt"), "ada\nbob\n");
        cli.done("segment", "import", "beta", "-f", "members.txt", "--reason", "campaign")
                .says("committed as revision 1", "beta: 2 members");
        cli.done("segment", "list", "-o", "name").prints("beta\n");
        cli.done("segment", "check", "beta", "ada", "eve").prints("ada   yes     imported", "eve   no      nothing");
        Files.writeString(directory.resolve("members.txt"), "eve\n");
        cli.done("segment", "import", "beta", "-f", "members.txt").says("beta: 1 members, 2 before");
        cli.done("segment", "check", "beta", "ada", "eve").prints("ada   no      nothing", "eve   yes     imported");
        assertThat(cli.json("audit", "verify")).containsEntry("intact", true).containsEntry("entries", 2L);
        cli.done("doctor");
    }
}
