package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.controller.ControllerSettings;
import dev.flags.rollout.controller.RolloutController;
import dev.flags.servers.PostgresServer;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** docs/runbooks.md is run as it stands: every block of commands, with the files that its section shows. */
class RunbooksTest {
    private static final Path PAGE = Path.of("../docs/runbooks.md");
    private static final Pattern HEADING = Pattern.compile("(?m)^## (.*)$");
    private static final Pattern FILE = Pattern.compile("(?s)<!-- file: (\\S+) -->\n```yaml\n(.*?)```");
    private static final Pattern COMMANDS = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final Pattern EXIT_CODE = Pattern.compile("^flags (.*?)(?: # exit code (\\d+))?$");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final String AT_FULL = "<!-- at: 100% -->";
    private static final String ON_POSTGRESQL = "<!-- store: postgresql -->";

    @TempDir
    Path directory;

    private record Command(List<String> arguments, int exitCode) {}

    @TestFactory
    Stream<DynamicTest> everyCommandOfThePageDoesWhatThePageSays() throws IOException {
        Map<String, String> sections = sections();
        assertThat(sections).hasSizeGreaterThan(12);
        return sections.entrySet().stream()
                .filter(section -> !section.getValue().contains(ON_POSTGRESQL)
                        && !section.getValue().contains(AT_FULL))
                .map(section -> DynamicTest.dynamicTest(section.getKey(), () -> run(section.getValue())));
    }

    private void run(String section) throws Exception {
        for (List<Command> block : blocks(section)) {
            Path here = Files.createTempDirectory(directory, "block");
            Cli cli = Cli.in(here);
            cli.done("create", "atomic-projects", "--owner", "team-projects");
            writeFiles(section, here);
            for (Command command : block) {
                if (command.arguments().contains("--foreground")) {
                    FutureTask<Void> planting = orphanOnceItRuns(here);
                    cli.run(command.arguments().toArray(String[]::new)).exits(command.exitCode());
                    planting.get(5, TimeUnit.MINUTES);
                    assertThat(here.resolve("told.json")).content().contains("rolled-back", "orphaned_rows");
                } else {
                    cli.run(command.arguments().toArray(String[]::new)).exits(command.exitCode());
                }
            }
        }
    }

    private static void writeFiles(String section, Path here) throws IOException, SQLException {
        for (Matcher file = FILE.matcher(section); file.find(); ) {
            Path written = here.resolve(file.group(1));
            // the page's relative paths are of the directory that a user is in, which a test does not have to itself
            Files.writeString(
                    written,
                    file.group(2)
                            .replace("jdbc:sqlite:", "jdbc:sqlite:" + here + "/")
                            .replace("> told.json", "> " + here + "/told.json"));
            Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
        }
        if (section.contains("orphaned_rows")) {
            shop(here, "CREATE TABLE project (id INTEGER PRIMARY KEY)");
            shop(here, "CREATE TABLE task (id INTEGER PRIMARY KEY, project_id INTEGER)");
        }
    }

    /** A task whose project is not there: found before the first raise it would block the rollout, and there would be nothing to take back. */
    private static FutureTask<Void> orphanOnceItRuns(Path here) {
        FutureTask<Void> planting = new FutureTask<>(() -> {
            try (FlagStore store = JdbcFlagStore.open("jdbc:sqlite:" + here.resolve("flags.db"), "development")) {
                awaitState(store, RolloutRun.State.RUNNING);
            } finally {
                shop(here, "INSERT INTO task VALUES (1, 431)"); // in any case, or the rollout would go on for its bakes
            }
            return null;
        });
        new Thread(planting, "planting").start();
        return planting;
    }

    private static void shop(Path here, String statement) throws SQLException {
        try (Connection shop = DriverManager.getConnection("jdbc:sqlite:" + here.resolve("shop.db"));
                Statement made = shop.createStatement()) {
            made.executeUpdate(statement);
        }
    }

    @Test
    void nothingStartsBeforeTheMigrationIsThere() throws IOException {
        String section = sections().get("Never before the migration");
        Command command = blocks(section).get(0).get(0);
        try (PostgresServer server = PostgresServer.start()) {
            Cli cli = Cli.in(directory)
                    .with(
                            "FLAGS_STORE",
                            "jdbc:postgresql://" + server.superuser() + "@127.0.0.1:" + server.port() + "/postgres")
                    .with("FLAGS_PASSWORD", server.superuserPassword());
            cli.done("db", "migrate");
            cli.done("create", "atomic-projects");
            String[] start = command.arguments().toArray(String[]::new);
            Cli.Run refused = cli.run(start);
            assertThat(refused.code()).isEqualTo(command.exitCode());
            assertThat(refused.err()).contains("create_project_atomic");
            assertThat(cli.done("history", "-o", "json").out()).doesNotContain("rollout start");

            server.execute("CREATE FUNCTION create_project_atomic() RETURNS int LANGUAGE sql AS 'SELECT 1'");
            cli.done(start);
        }
    }

    @Test
    void aGradualAbortGoesDownALevelAndIsWatchedThere() throws IOException {
        String section = sections().get("Back step by step");
        assertThat(section).contains(AT_FULL);
        List<List<Command>> blocks = blocks(section);
        Cli cli = Cli.in(directory);
        cli.done("create", "atomic-projects");
        try (FlagStore store = JdbcFlagStore.open("jdbc:sqlite:" + directory.resolve("flags.db"), "development");
                RolloutController controller = RolloutController.builder(store, Actor.local("controller"))
                        .settings(ControllerSettings.DEFAULT.withTick(Duration.ofMillis(100)))
                        .start()) {
            cli.done("rollout", "start", "atomic-projects");
            controller.wake();
            awaitState(store, RolloutRun.State.RUNNING);
            cli.done("rollout", "promote", "atomic-projects", "--full");
            cli.done(blocks.get(0).get(0).arguments().toArray(String[]::new)).prints("50%");
            awaitState(store, RolloutRun.State.ROLLING_BACK);
        }
        cli.done("rollout", "abort", "atomic-projects");
        cli.done(blocks.get(1).get(0).arguments().toArray(String[]::new));
    }

    private static void awaitState(FlagStore store, RolloutRun.State state) {
        Awaitility.await(state.toString())
                .atMost(Duration.ofMinutes(2))
                .until(() -> store.flag("atomic-projects")
                        .rollout()
                        .filter(run -> run.state() == state)
                        .isPresent());
    }

    private static Map<String, String> sections() throws IOException {
        String page = Files.readString(PAGE);
        Map<String, String> sections = new LinkedHashMap<>();
        Matcher heading = HEADING.matcher(page);
        String title = "";
        int from = 0;
        while (heading.find()) {
            if (!title.isEmpty()) {
                sections.put(title, page.substring(from, heading.start()));
            }
            title = heading.group(1);
            from = heading.end();
        }
        sections.put(title, page.substring(from));
        return sections;
    }

    private static List<List<Command>> blocks(String section) {
        List<List<Command>> blocks = new ArrayList<>();
        for (Matcher block = COMMANDS.matcher(section); block.find(); ) {
            List<Command> commands = new ArrayList<>();
            for (String line : block.group(1).replaceAll("\\\\\n *", "").lines().toList()) {
                Matcher command = EXIT_CODE.matcher(line);
                assertThat(command.matches()).as(line).isTrue();
                String code = command.group(2);
                commands.add(new Command(words(command.group(1)), code == null ? 0 : Integer.parseInt(code)));
            }
            blocks.add(commands);
        }
        return blocks;
    }

    private static List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toList();
    }
}
