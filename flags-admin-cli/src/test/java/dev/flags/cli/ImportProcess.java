package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code flags segment import} as a process of its own, which can be killed. Not thread-safe; confine it to one thread. */
final class ImportProcess implements AutoCloseable {
    private static final int MEGABYTES = 64;

    private final Process process;
    private final Path output;

    private ImportProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** @param file as after {@code -f} */
    static ImportProcess start(Cli cli, String segment, String file) throws IOException {
        Path output = Files.createTempFile(cli.directory(), "import", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx" + MEGABYTES + "m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of("segment", "import", segment, "-f", file, "--reason", "campaign"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(cli.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(cli.variables());
        return new ImportProcess(builder.start(), output);
    }

    /** Gives it targeting keys on its standard input, {@code PREFIX-0} and so on, for as long as it lives. */
    ImportProcess withoutEnd(String prefix) {
        Thread feeder = new Thread(
                () -> {
                    try (BufferedWriter out = new BufferedWriter(
                            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8))) {
                        for (long i = 0; process.isAlive(); i++) {
                            out.write(prefix + "-" + i + "\n");
                        }
                    } catch (IOException e) {
                        // nobody reads any more: it is dead
                    }
                },
                "feeds " + prefix);
        feeder.setDaemon(true);
        feeder.start();
        return this;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once, as nothing can prevent. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("killed in time").isTrue();
    }

    int exitCode(long seconds) throws InterruptedException {
        assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                .as("ended in time: %s", output())
                .isTrue();
        return process.exitValue();
    }

    /** What it has taken of the machine's memory at most so far, in megabytes; 0 where that cannot be read any more, or at all. */
    long peakMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
