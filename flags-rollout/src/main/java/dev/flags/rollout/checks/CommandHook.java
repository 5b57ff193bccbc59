package dev.flags.rollout.checks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Runs a program, without a shell: exit code 0 is consent, any other a refusal. The event is on its standard input, and in variables.
 * Input and output go through files, so that neither a program that does not read nor one that leaves children behind can hold the
 * controller up. Immutable.
 *
 * @param command the program and its arguments
 * @param directory where it runs
 * @param hidden variables that it does not get: the controller's own secrets
 */
record CommandHook(String name, List<String> command, Path directory, Set<String> hidden, Duration timeout)
        implements Hook {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** More than this and it is ended: a loop that prints must not fill the disk. */
    static final long MOST_OUTPUT = 4 * 1024 * 1024;

    private static final int MOST_IN_VARIABLE = 8 * 1024;
    private static final int MOST_LOGGED = 1024;
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Logger LOG = LoggerFactory.getLogger(CommandHook.class);

    CommandHook {
        command = List.copyOf(command);
        hidden = Set.copyOf(hidden);
    }

    @Override
    public Checks.Answer call(Hooks.Call call) throws NotAnsweredException {
        Path input = null;
        Path output = null;
        try {
            input = Files.createTempFile("flags-hook", ".json");
            output = Files.createTempFile("flags-hook", ".out");
            Files.writeString(input, CloudEvent.json(call));
            return run(call, input, output);
        } catch (IOException e) {
            throw new NotAnsweredException("hook " + name + " could not be run: " + Plain.line(e.toString()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotAnsweredException("hook " + name + " was not waited for: interrupted", e);
        } finally {
            delete(input);
            delete(output);
        }
    }

    private Checks.Answer run(Hooks.Call call, Path input, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeAll(hidden);
        builder.environment().putAll(variables(call));
        Process process = builder.start();
        String ended;
        try {
            ended = waitFor(process, output);
        } finally {
            end(process);
        }
        String said = beginning(output);
        boolean well = ended.isEmpty() && process.exitValue() == 0;
        LOG.atLevel(well ? Level.INFO : Level.WARN)
                .log("hook {} at {} of {}: {}", name, call.event().text(), call.flag(), outcome(process, ended, said));
        return well
                ? Checks.Answer.PASSED
                : new Checks.Answer(false, "hook " + name + " " + outcome(process, ended, Plain.line(said, 200)));
    }

    private static String outcome(Process process, String ended, String said) {
        return (ended.isEmpty() ? "ended with exit code " + process.exitValue() : ended)
                + (said.isEmpty() ? "" : ": " + said);
    }

    /** Empty when it ended by itself, else why it is to be ended. */
    private String waitFor(Process process, Path output) throws IOException, InterruptedException {
        long from = System.nanoTime();
        while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - from > timeout.toNanos()) {
                return "took longer than " + Durations.text(timeout) + " and was ended";
            }
            if (Files.size(output) > MOST_OUTPUT) {
                return "printed more than " + MOST_OUTPUT / 1024 / 1024 + " MiB and was ended";
            }
        }
        return "";
    }

    /** Children first: once their parent is gone, nobody knows whose they were. */
    private static void end(Process process) throws InterruptedException {
        if (process.isAlive()) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            process.waitFor(1, TimeUnit.SECONDS);
        }
    }

    private static String beginning(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return Plain.line(new String(in.readNBytes(MOST_LOGGED), StandardCharsets.UTF_8), MOST_LOGGED);
        }
    }

    private static Map<String, String> variables(Hooks.Call call) {
        return Map.of(
                "FLAGS_EVENT", call.event().text(),
                "FLAGS_EVENT_ID", text(call.id()),
                "FLAGS_EVENT_AT", call.at().toString(),
                "FLAGS_EVENT_ACTOR", text(call.actor()),
                "FLAGS_EVENT_WHY", text(call.why()),
                "FLAGS_ENVIRONMENT", text(call.environment()),
                "FLAGS_FLAG", text(call.flag()),
                "FLAGS_EVENT_RUN", text(call.run()),
                "FLAGS_EVENT_FROM", call.from().toString(),
                "FLAGS_EVENT_TO", call.to().toString());
    }

    /** A variable cannot hold a zero character, and the system takes only so much; the event on the input has all. */
    private static String text(String value) {
        String whole = value.replace("\0", "");
        return whole.length() > MOST_IN_VARIABLE ? whole.substring(0, MOST_IN_VARIABLE) : whole;
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("Could not delete {}", file, e);
        }
    }
}
