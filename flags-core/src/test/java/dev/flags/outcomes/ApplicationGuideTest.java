package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.Flags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guide's Java on choosing is the code between the marks below, and it runs. */
class ApplicationGuideTest {
    // region kept
    private static final Choice CREATE_PROJECT = Choice.of("atomic-projects")
            .fallBackOnFailure()
            .doNotCount(NameTakenException.class)
            .critical("DATABASE_CONNECTION_LOST", SQLTransientConnectionException.class)
            .slowAfter(Duration.ofSeconds(3));
    // endregion

    private final Flags flags = Flags.fixed(Map.of("atomic-projects", true));

    private static final class NameTakenException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static String createAtomically(String request) {
        throw new IllegalStateException("function create_project_atomic does not exist, for " + request);
    }

    private static String createWithThreeInserts(String request) throws NameTakenException {
        if (request.isEmpty()) {
            throw new NameTakenException();
        }
        return request;
    }

    private String chosen(String userId, String request) throws NameTakenException {
        // region choose
        String project = flags.choose("atomic-projects", userId)
                .whenOn(() -> createAtomically(request)) // treatment
                .whenOff(() -> createWithThreeInserts(request)) // control, and the fallback when asked for
                .fallBackOnFailure()
                .call();
        // endregion
        return project;
    }

    @Test
    void theOldPathAnswersWhenTheNewOneFails() throws NameTakenException {
        assertThat(chosen("ann", "x")).isEqualTo("x");
        assertThat(flags.choose(CREATE_PROJECT, "ann")
                        .whenOn(() -> createAtomically("x"))
                        .whenOff(() -> createWithThreeInserts("y"))
                        .call())
                .isEqualTo("y");
        assertThat(flags.outcomes().calls().get(0).fallbacks()).isEqualTo(2);
    }

    @Test
    void whatCannotBeWrappedIsObserved() {
        String userId = "ann";
        // region observe
        Observation observation = flags.choose(CREATE_PROJECT, userId).observe();
        CompletableFuture<String> answer = observation.enabled() ? newClient() : oldClient();
        observation.until(answer); // or success(), failure(exception), failure("CODE"), by any thread
        // endregion
        assertThat(answer).isCompletedWithValue("new");
        assertThat(flags.outcomes().calls().get(0).treatment().succeeded()).isEqualTo(1);
    }

    private static CompletableFuture<String> newClient() {
        return CompletableFuture.completedFuture("new");
    }

    private static CompletableFuture<String> oldClient() {
        return CompletableFuture.completedFuture("old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kept", "choose", "observe"})
    void theGuideShowsThisCode(String region) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/test/java/dev/flags/outcomes/ApplicationGuideTest.java"));
        String code = lines.stream()
                .dropWhile(line -> !line.strip().equals("// region " + region))
                .skip(1)
                .takeWhile(line -> !line.strip().equals("// endregion"))
                .collect(Collectors.joining("\n"))
                .stripIndent();
        assertThat(Files.readString(Path.of("../docs/application.md"))).contains("```java\n" + code + "\n```");
    }
}
