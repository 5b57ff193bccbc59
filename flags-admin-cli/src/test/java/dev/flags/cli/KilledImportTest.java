package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.StartupPolicy;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.redis.RedisFlagStore;
import dev.flags.servers.PostgresServer;
import dev.flags.servers.RedisServer;
import dev.flags.store.FlagStore;
import dev.flags.store.SegmentMembers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that imports a file without an end is killed in the middle of it. */
@Timeout(600)
class KilledImportTest {
    private static final long HALF_WAY = 20_000;
    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void onRedisTheVersionBeforeStaysInForceAndWhatWasFilledIsRemovedLater() throws Exception {
        try (RedisServer server = RedisServer.start("--appendonly", "yes");
                FlagStore store = RedisFlagStore.builder(server.url(), "development")
                        .commandTimeout(SOON)
                        .open()) {
            String set = "flags:{development}:segment:beta:";
            story(
                    Cli.in(directory).with("FLAGS_STORE", server.url()),
                    store,
                    (version, older) -> server.call("RENAME", set + version, set + older));
        }
    }

    @Test
    void onPostgresqlTheVersionBeforeStaysInForceAndWhatWasFilledIsRemovedLater() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            Cli cli = Cli.in(directory)
                    .with("FLAGS_STORE", server.jdbcUrl("postgres") + "?user=" + server.superuser())
                    .with("FLAGS_PASSWORD", server.superuserPassword());
            cli.done("db", "migrate");
            try (FlagStore store = JdbcFlagStore.builder(server.jdbcUrl("postgres"), "development")
                    .user(server.superuser())
                    .password(server::superuserPassword)
                    .socketTimeout(SOON)
                    .open()) {
                story(
                        cli,
                        store,
                        (version, older) -> server.execute("UPDATE flags_segment_member SET version = '" + older
                                + "' WHERE version = '" + version + "'"));
            }
        }
    }

    /** @param rename gives a version's members another version */
    private void story(Cli cli, FlagStore store, BiConsumer<String, String> rename) throws Exception {
        Files.writeString(directory.resolve("flags.json"), """
                {"flags": [{"key": "k", "rules": [{"id": "r", "conditions": [{"segment": "beta"}], "variant": "on"}]}]}
                """);
        Files.writeString(directory.resolve("old.txt"), "old-1\nold-2\n");
        Files.writeString(directory.resolve("new.txt"), "new-0\nnew-1\nnew-2\n");
        cli.done("segment", "import", "beta", "-f", "old.txt");
        cli.done("apply", "-f", "flags.json");
        SegmentMembers members = store.members().orElseThrow();
        List<String> before = members.versions("beta");
        try (Flags application = Flags.builder()
                .sharedLayer(store)
                .startup(StartupPolicy.waitUpTo(SOON))
                .build()) {
            String orphan = killInTheMiddle(cli, members, before, application);

            oldIsInForce(application);
            assertThat(cli.json("segment", "show", "beta").toString()).contains(before.get(0), "count=2");
            cli.done("segment", "check", "beta", "old-1", "new-0").prints("old-1  yes", "new-0  no");
            assertThat(cli.json("audit", "verify"))
                    .containsEntry("intact", true)
                    .containsEntry("entries", 2L);
            cli.done("doctor");

            cli.done("segment", "import", "beta", "-f", "new.txt")
                    .says("committed as revision 3", "beta: 3 members, 2 before");
            await().atMost(SOON).until(() -> isIn(application, "new-0") && !isIn(application, "old-1"));
            // it may still be being filled, for all that anybody knows
            assertThat(members.versions("beta")).hasSize(3).contains(orphan).containsAll(before);

            rename.accept(orphan, "20260101T000000Z-" + orphan.substring(orphan.length() - 8));
            cli.done("segment", "import", "beta", "-f", "new.txt");
            assertThat(members.versions("beta"))
                    .hasSize(2)
                    .noneMatch(version -> version.startsWith("20260101"))
                    .doesNotContainAnyElementsOf(before);
        }
    }

    /** Returns the version that was being filled. */
    private static String killInTheMiddle(Cli cli, SegmentMembers members, List<String> before, Flags application)
            throws Exception {
        try (ImportProcess process = ImportProcess.start(cli, "beta", "-").withoutEnd("new")) {
            List<String> filling = new ArrayList<>();
            await().atMost(SOON).until(() -> {
                assertThat(process.isAlive()).as(process::output).isTrue();
                oldIsInForce(application);
                filling.clear();
                filling.addAll(members.versions("beta"));
                filling.removeAll(before);
                return !filling.isEmpty() && members.count("beta", filling.get(0)) >= HALF_WAY;
            });
            process.kill();
            assertThat(process.output()).doesNotContain("committed");
            return filling.get(0);
        }
    }

    private static void oldIsInForce(Flags application) {
        assertThat(isIn(application, "old-1")).isTrue();
        assertThat(isIn(application, "new-0")).isFalse();
    }

    private static boolean isIn(Flags application, String user) {
        assertThat(application.prepare(user, SOON)).isTrue();
        return application.decide("k", EvaluationContext.of(user)).enabled();
    }
}
