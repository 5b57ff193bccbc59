package dev.flags.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.Flags;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.env.EnvSource;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.store.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The README's Java is the code between the marks below, and it runs. */
class ReadmeTest {
    private static final Path STORE = Path.of("flags.db"); // in the module's folder, as the README's is in the user's

    private String path = "";

    @BeforeEach
    void makeTheStoreThatTheReadmesCommandsMake() throws IOException {
        removeTheStore();
        try (JdbcFlagStore store =
                JdbcFlagStore.builder(STORE, "development").createIfMissing().open()) {
            FlagAdmin admin = new FlagAdmin(store, Actor.local("test"));
            admin.create(
                    FlagDefinition.builder("atomic-projects")
                            .percentage(Percentage.FULL)
                            .build(),
                    WriteOptions.DEFAULT);
        }
    }

    @AfterEach
    void removeTheStore() throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(STORE + suffix));
        }
    }

    @Test
    void theMinutesExampleServesWhatTheStoreSays() {
        String userId = "user-7";
        // region minute
        JdbcFlagStore store = JdbcFlagStore.open("jdbc:sqlite:flags.db", "development");
        Flags flags = Flags.builder()
                .layer(EnvSource.create()) // FLAGS_ATOMIC_PROJECTS=false beats the store
                .layer(store)
                .build();

        if (flags.isEnabled("atomic-projects", userId)) {
            createAtomically();
        } else {
            createWithThreeInserts();
        }
        // endregion
        flags.close();
        store.close();
        assertThat(path).isEqualTo("new");
    }

    @Test
    void theReadmeShowsThisCode() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/test/java/dev/flags/examples/quickstart/ReadmeTest.java"));
        int from = lines.indexOf("        // region minute") + 1;
        int to = lines.indexOf("        // endregion");
        String code = Stream.concat(
                        lines.subList(from, to).stream()
                                .map(line -> line.isBlank() ? "" : line.substring("        ".length())),
                        Stream.of(""))
                .reduce((a, b) -> a + "\n" + b)
                .orElseThrow();
        assertThat(Files.readString(Path.of("../../README.md"))).contains("```java\n" + code + "```");
    }

    private void createAtomically() {
        path = "new";
    }

    private void createWithThreeInserts() {
        path = "old";
    }
}
