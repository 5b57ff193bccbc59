package dev.flags.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process whose number is known, and which never outlives this JVM: a server, or whatever else a test ends and stops as it likes.
 *
 * <p>A shell stands between: it starts the server, says its number, and then reads its own standard input, the other end of which only
 * this JVM holds. However the JVM ends, SIGKILL included, the kernel closes that pipe and the shell kills the server. The shell
 * does not reap the server before that, so the number cannot belong to anybody else meanwhile.
 *
 * <p>Safe for use by multiple threads, except that two of the methods which hurt or heal must not run at once.
 */
public final class ServerProcess {

    /** With it the server's children: those of a PostgreSQL whose parent is killed while they are paused would stay for ever. */
    private static final String WATCH = "\"$@\" </dev/null & p=$!; echo $p; exec >/dev/null; read -r how; "
            + "all=\"$p $(ps -A -o pid= -o ppid= | awk -v p=$p '$2 == p { print $1 }')\"; "
            + "if [ \"$how\" ]; then kill -CONT $all; kill -$how $p; else kill -KILL $all; fi 2>/dev/null; wait $p 2>/dev/null";

    /** Stopped by a signal, or ended. */
    private static final Set<Character> STILL = Set.of('T', 't', 'Z', 'X');

    private static final Set<Character> ENDED = Set.of('Z', 'X');
    private static final int PATIENCE_SECONDS = 60;

    private final Process shell;
    private final long pid;
    private final Path log;

    private ServerProcess(Process shell, long pid, Path log) {
        this.shell = shell;
        this.pid = pid;
        this.log = log;
    }

    /**
     * Starts it, with nothing on its standard input.
     *
     * @param directory its working directory
     * @param log where its errors go; what it writes to standard output is dropped: servers have log files
     * @param command the program and its arguments
     * @throws IllegalStateException when this system starts no processes; a program that is not there ends at once, and says so in its log
     */
    public static ServerProcess start(Path directory, Path log, List<String> command) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", WATCH, "sh"));
        words.addAll(command);
        try {
            Process shell = new ProcessBuilder(words)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            BufferedReader out = new BufferedReader(new InputStreamReader(shell.getInputStream(), UTF_8));
            String pid = out.readLine();
            if (pid == null) {
                throw new IllegalStateException("did not start: " + command + "\n" + textOf(log));
            }
            return new ServerProcess(shell, Long.parseLong(pid), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return its number} */
    public long pid() {
        return pid;
    }

    /** Stops it and its children from running (SIGSTOP), in the middle of whatever they do. */
    public void pause() {
        signal("STOP", pid);
        // after its parent, which would otherwise start more of them
        List<Long> children = children();
        children.forEach(child -> signal("STOP", child));
        // the signal is only sent: one that was on a processor may still have answered somebody
        Stream.concat(Stream.of(pid), children.stream())
                .forEach(each -> Answers.await("the pause of process " + each, () -> isStill(each), () -> {}));
    }

    private static boolean isStill(long pid) {
        return !Files.exists(Path.of("/proc/self/stat")) || STILL.contains(state(pid));
    }

    /** Lets them run on after {@link #pause} (SIGCONT); they do not know that time has passed. */
    public void resume() {
        children().forEach(child -> signal("CONT", child));
        signal("CONT", pid);
    }

    private List<Long> children() {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .toList();
    }

    /** Ends it at once (SIGKILL), paused or not; returns when it is gone, reaped and all its ports are free. */
    public void kill() {
        end("");
    }

    /** Asks it to end with a signal, {@code TERM} for most, and returns when it has. */
    void stop(String signal) {
        end(signal);
    }

    /** {@return what it wrote to its standard error} */
    public String log() {
        return textOf(log);
    }

    /** Whether it runs or is paused; one that has ended and waits to be reaped does not. */
    static boolean isRunning(long pid) {
        try {
            if (Files.exists(Path.of("/proc/self/stat"))) {
                return !ENDED.contains(state(pid));
            }
            Process ps = new ProcessBuilder("ps", "-o", "stat=", "-p", Long.toString(pid)).start();
            String state = new String(ps.getInputStream().readAllBytes(), UTF_8).strip();
            return !state.isEmpty() && !state.startsWith("Z");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the letter that Linux has for what a process does, Z too when there is none. */
    private static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            // it was reaped, before or while it was read
            return 'Z';
        }
    }

    static void signal(String signal, long pid) {
        try {
            int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + signal + " " + pid + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void end(String how) {
        try {
            shell.getOutputStream().write((how + "\n").getBytes(UTF_8));
            shell.getOutputStream().close();
        } catch (IOException e) {
            // the shell is gone already, and so is the server
        }
        try {
            if (!shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                signal("KILL", pid);
                shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String textOf(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return "(its log cannot be read: " + e.getMessage() + ")";
        }
    }
}
