package dev.flags.rollout.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flags.json.Json;
import dev.flags.rollout.HookUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
@Timeout(300)
class CommandHookTest {
    /** Where the time is not what is tested: a busy machine may take seconds to start a program. */
    private static final String PATIENTLY = "2m";

    @TempDir
    Path directory;

    private Checks.Answer call(Hooks.Call call, String timeout, String... command) {
        try {
            String argv = Json.write(List.of(command));
            Path file = Files.writeString(
                    directory.resolve("controller.yaml"),
                    "hooks: {cdn: {timeout: " + timeout + ", command: " + argv + "}}\n"
                            + "prometheus: {main: {url: 'http://prometheus', bearerTokenEnv: HOME}}");
            return new ConfigurationReader(file, Map.of("HOME", "sesame")::get)
                    .read()
                    .hooks()
                    .call("cdn", call);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Checks.Answer shell(String script) {
        return call(Calls.RAISE, PATIENTLY, "sh", "-c", script);
    }

    private String written(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aProgramGetsTheEventOnItsInputAndInVariables() {
        assertThat(shell("cat > event; env | grep ^FLAGS_ | sort > variables")).isEqualTo(Checks.Answer.PASSED);
        assertThat(written("event")).isEqualTo(CloudEvent.json(Calls.RAISE));
        assertThat(written("variables").lines())
                .contains(
                        "FLAGS_ENVIRONMENT=production",
                        "FLAGS_EVENT=before-raise",
                        "FLAGS_EVENT_ACTOR=controller",
                        "FLAGS_EVENT_AT=2026-11-21T10:15:30.123Z",
                        "FLAGS_EVENT_ID=run-7/before-raise/2",
                        "FLAGS_EVENT_WHY=errors 0.4 % < 1 %",
                        "FLAGS_FLAG=atomic-projects",
                        "FLAGS_EVENT_FROM=10%",
                        "FLAGS_EVENT_RUN=run-7",
                        "FLAGS_EVENT_TO=50%");
    }

    @Test
    void variablesThatHoldSecretsOfTheControllerAreKeptFromIt() {
        assertThat(System.getenv("HOME")).isNotNull();
        assertThat(shell("test -z \"${HOME:-}\" && test -n \"$PATH\"")).isEqualTo(Checks.Answer.PASSED);
    }

    @Test
    void thePasswordsOfTheStoreAreAmongThem() {
        assertThat(new SecretFields(directory, name -> null).variableNames())
                .contains("FLAGS_PASSWORD", "FLAGS_REDIS_PASSWORD", "FLAGS_REDIS_SENTINEL_PASSWORD");
    }

    @Test
    void thereIsNoShellBetween() {
        assertThat(call(Calls.RAISE, PATIENTLY, "touch", "a b; touch c", "$(touch d)"))
                .isEqualTo(Checks.Answer.PASSED);
        assertThat(directory.resolve("a b; touch c")).exists();
        assertThat(directory.resolve("$(touch d)")).exists();
        assertThat(directory.resolve("d")).doesNotExist();
    }

    @Test
    void wordsOfPeopleAreDataToIt() {
        String why = "$(touch d) `touch d` ; touch d\nFLAGS_TO=100%\0";
        assertThat(call(
                        Calls.of(HookUse.Event.START, why),
                        PATIENTLY,
                        "sh",
                        "-c",
                        "printf %s \"$FLAGS_EVENT_WHY\" > why"))
                .isEqualTo(Checks.Answer.PASSED);
        assertThat(written("why")).isEqualTo("$(touch d) `touch d` ; touch d\nFLAGS_TO=100%");
        assertThat(directory.resolve("d")).doesNotExist();
    }

    @Test
    void anotherExitCodeIsARefusalWithWhatItSaid() {
        assertThat(shell("echo no purge; echo on Fridays >&2; exit 3"))
                .isEqualTo(new Checks.Answer(false, "hook cdn ended with exit code 3: no purge on Fridays"));
        assertThat(shell("kill -9 $$").why()).isEqualTo("hook cdn ended with exit code 137");
    }

    @Test
    void aProgramThatIsNotThereIsAnAnswer() {
        assertThat(call(Calls.RAISE, PATIENTLY, "no-such-program-of-flags").why())
                .startsWith("hook cdn could not be run:")
                .contains("no-such-program-of-flags");
    }

    @Test
    void aProgramThatTakesTooLongIsEndedWithItsChildren() {
        // a busy machine may take longer than the shortest to start the program; nothing is known of its end then
        Checks.Answer answer = Checks.Answer.PASSED;
        for (int seconds = 1; seconds < 100 && !answer.why().endsWith("waiting"); seconds *= 4) {
            answer = call(Calls.RAISE, seconds + "s", "sh", "-c", "sleep 300 & echo $! > child; echo waiting; wait");
            assertThat(answer.passed()).isFalse();
            assertThat(answer.why()).startsWith("hook cdn took longer than " + seconds + " s and was ended");
        }
        assertThat(answer.why()).endsWith(": waiting");
        long child = Long.parseLong(written("child").strip());
        await().atMost(Duration.ofMinutes(2))
                .until(() ->
                        ProcessHandle.of(child).map(handle -> !handle.isAlive()).orElse(true));
    }

    @Test
    void aChildLeftBehindHoldsNobodyUp() {
        long child;
        assertThat(shell("sleep 300 & echo $! > child")).isEqualTo(Checks.Answer.PASSED);
        child = Long.parseLong(written("child").strip());
        ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void aProgramThatPrintsWithoutEndIsEnded() {
        assertThat(shell("while :; do echo 0123456789012345678901234567890123456789; done")
                        .why())
                .contains("printed more than 4 MiB and was ended");
    }

    @Test
    void aProgramThatDoesNotReadItsInputIsNotWaitedFor() {
        String why = "x".repeat(200_000); // more than a pipe holds, and more than the system takes in one variable
        assertThat(call(Calls.of(HookUse.Event.COMPLETED, why), PATIENTLY, "true"))
                .isEqualTo(Checks.Answer.PASSED);
    }
}
