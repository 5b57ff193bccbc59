package dev.flags.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The quickstart's application in a process of its own, and what it says that it serves. */
final class QuickstartApplication implements AutoCloseable {
    private static final long SECONDS_TO_END = 5;

    private final Process process;
    private final BlockingQueue<Served> reports = new LinkedBlockingQueue<>();
    private Served last = new Served(0, -1);

    /**
     * One report.
     *
     * @param atMillis when it began to serve so
     * @param treated how many users took the new path; -1 before the first report
     */
    record Served(long atMillis, int treated) {}

    private QuickstartApplication(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "flags-quickstart-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it.
     *
     * @param variables tell it where the flags are
     */
    static QuickstartApplication start(Map<String, String> variables, String mainClass, String... arguments)
            throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(variables);
        return new QuickstartApplication(builder.start());
    }

    long pid() {
        return process.pid();
    }

    /** Waits until that many users take the new path; answers what was served at last, which after the time given may differ. */
    Served awaitServed(int treated, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (last.treated() != treated) {
            Served next = reports.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return last;
            }
            last = next;
        }
        return last;
    }

    /** Writes a line to its standard input. */
    void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split("\t", -1);
                if (fields.length == 4 && fields[0].equals("served")) {
                    reports.add(new Served(Long.parseLong(fields[1]), Integer.parseInt(fields[2])));
                }
            }
        } catch (IOException e) {
            // the application ended; whoever waits for a report runs into its time-out and says so
        }
    }

    /** Closing its standard input tells the application to end. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
