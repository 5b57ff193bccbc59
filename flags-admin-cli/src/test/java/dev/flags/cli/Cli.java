package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs verbs in this process, in a directory of its own, and keeps what they print. Immutable. */
record Cli(
        Path directory,
        Map<String, String> variables,
        String input,
        boolean interactive,
        Charset charset,
        Clock clock) {

    /** With minutes for a server's answer, because a busy machine may take seconds. */
    static Cli in(Path directory) {
        return new Cli(
                directory,
                Map.of("HOME", directory.toString(), "HOSTNAME", "test", "FLAGS_STORE_TIMEOUT", "2m"),
                "",
                false,
                StandardCharsets.UTF_8,
                Clock.systemUTC());
    }

    Cli with(String variable, String value) {
        Map<String, String> changed = new LinkedHashMap<>(variables);
        changed.put(variable, value);
        return new Cli(directory, changed, input, interactive, charset, clock);
    }

    /** With the seconds that a user has, for servers that are not to answer. */
    Cli impatient() {
        return with("FLAGS_STORE_TIMEOUT", "");
    }

    /** On a terminal, where somebody types this. */
    Cli typing(String text) {
        return new Cli(directory, variables, text, true, charset, clock);
    }

    Cli reading(String text) {
        return new Cli(directory, variables, text, false, charset, clock);
    }

    Cli writing(Charset other) {
        return new Cli(directory, variables, input, interactive, other, clock);
    }

    Cli at(Clock other) {
        return new Cli(directory, variables, input, interactive, charset, other);
    }

    Run run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = run(out, err, args);
        return new Run(List.of(args), code, out.toString(charset), err.toString(charset));
    }

    int run(ByteArrayOutputStream out, ByteArrayOutputStream err, String... args) {
        return Main.run(shell(out, err), args);
    }

    private Shell shell(OutputStream out, OutputStream err) {
        return new Shell(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                err,
                variables,
                directory,
                interactive,
                charset,
                clock);
    }

    /** The world of a run whose output nobody looks at. */
    Shell shell() {
        return shell(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    }

    /** Runs a verb that must succeed. */
    Run done(String... args) {
        return run(args).exits(0);
    }

    /** Runs a verb with {@code -o json} and answers what it printed. */
    Map<String, Object> json(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("-o");
        all.add("json");
        return run(all.toArray(String[]::new)).json();
    }

    /** What a run left. */
    record Run(List<String> args, int code, String out, String err) {
        Run exits(int expected) {
            assertThat(code).as("exit code of %s%n%s%s", args, out, err).isEqualTo(expected);
            return this;
        }

        Run prints(String... texts) {
            assertThat(out).as("standard output of %s%n%s", args, err).contains(texts);
            return this;
        }

        Run says(String... texts) {
            assertThat(err).as("standard error of %s", args).contains(texts);
            return this;
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> json() {
            assertThat(out).as("standard output of %s%n%s", args, err).endsWith("}\n");
            return (Map<String, Object>) Json.parse(out);
        }
    }
}
