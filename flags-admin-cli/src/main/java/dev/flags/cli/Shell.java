package dev.flags.cli;

import dev.flags.PacedClock;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The world around one run: streams, environment variables, working directory, clock. Tests make their own. Confined to one
 * thread.
 */
final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

    final InputStream in;
    final PrintStream out;
    final PrintStream err;
    final Map<String, String> variables;
    final Path directory;
    final boolean interactive;
    final boolean colour;

    /** Whether standard output is a terminal whose cursor can be moved. */
    final boolean redraws;

    final Clock clock;
    final Safe safe;
    private final Charset charset;
    private @Nullable BufferedReader lines;

    /**
     * @param interactive whether a person sits there: standard input and output are a terminal
     * @param charset what the terminal or file takes
     */
    Shell(
            InputStream in,
            OutputStream out,
            OutputStream err,
            Map<String, String> variables,
            Path directory,
            boolean interactive,
            Charset charset,
            Clock clock) {
        this.in = in;
        this.out = new PrintStream(out, false, charset);
        this.err = new PrintStream(err, true, charset);
        this.variables = variables;
        this.directory = directory;
        this.interactive = interactive;
        this.redraws = interactive && !"dumb".equals(variables.get("TERM")) && has("TERM");
        this.colour = redraws && !has("NO_COLOR");
        this.clock = clock;
        this.safe = new Safe(charset);
        this.charset = charset;
    }

    /** This process'. */
    static Shell ofProcess() {
        return new Shell(
                System.in,
                new java.io.FileOutputStream(java.io.FileDescriptor.out),
                new java.io.FileOutputStream(java.io.FileDescriptor.err),
                System.getenv(),
                Path.of("").toAbsolutePath(),
                isTerminal(System.console()),
                charset(System.getenv()),
                Clock.systemUTC());
    }

    /**
     * What the locale says. The launcher runs the JVM in a UTF-8 locale, so that arguments are understood whatever the
     * caller's locale is, and hands that on as {@code flags.charset}.
     */
    private static Charset charset(Map<String, String> variables) {
        String name = System.getProperty("flags.charset", "");
        if (name.isEmpty()) {
            name = System.getProperty("native.encoding", "US-ASCII");
        }
        if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac")
                && !variables.containsKey("LC_ALL")) {
            return StandardCharsets.UTF_8; // a GUI terminal there sets no locale and takes UTF-8
        }
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException e) {
            return StandardCharsets.US_ASCII;
        }
    }

    /** From Java 22 on there is a console without a terminal too, and it tells by a method that Java 17 does not have. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** The same world with other variables, on the same streams. */
    Shell with(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(variables);
        all.putAll(others);
        return new Shell(in, out, err, all, directory, interactive, charset, clock);
    }

    /** The same world at another clock, on the same streams. */
    Shell at(Clock other) {
        return new Shell(in, out, err, variables, directory, interactive, charset, other);
    }

    /** How many times as fast as time this world's clock goes: 1 but in rehearsals. */
    double pace() {
        return clock instanceof PacedClock paced
                ? 1e9 / paced.real(Duration.ofSeconds(1)).toNanos()
                : 1;
    }

    private boolean has(String variable) {
        String value = variables.get(variable);
        return value != null && !value.isEmpty();
    }

    /** A variable's value; null when unset or empty. */
    @Nullable
    String variable(String name) {
        return has(name) ? variables.get(name) : null;
    }

    /** A path as the user means it: relative to the working directory. */
    Path path(String text) {
        return directory.resolve(text).normalize();
    }

    /** How this program was started, as one would type it again. */
    String command() {
        return quoted(System.getProperty("flags.command", "flags"));
    }

    /** A word as a POSIX shell takes it. */
    static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** The next line of standard input, without its end; null at the end of it. */
    @Nullable
    String readLine() {
        if (lines == null) {
            lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw new UsageException("standard input could not be read: " + e.getMessage(), e);
        }
    }

    /** For picocli, which prints help by it. */
    PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, charset), true);
    }

    /** A remark for the person: standard error, so that data stays clean. */
    void say(String text) {
        out.flush();
        err.println(safe.lines(text));
    }

    /** One line of data. */
    void print(String line) {
        out.println(line);
    }
}
