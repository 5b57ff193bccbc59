package dev.flags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The classes that a program loads in a JVM of its own, among the lines that it prints. Immutable. */
public final class LoadedClasses {
    private final List<String> lines;

    private LoadedClasses(List<String> lines) {
        this.lines = lines;
    }

    /** Those of a program that gets a directory, to its end. */
    public static LoadedClasses by(Class<?> program, Path directory) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:class+load:stdout",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ended in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(() -> String.join("\n", lines)).isZero();
        return new LoadedClasses(lines);
    }

    /** Those with this in their name that were loaded before the program printed a line. */
    public List<String> before(String line, String name) {
        return named(lines.subList(0, indexOf(line)), name);
    }

    /** Those with this in their name that were loaded after the program printed a line. */
    public List<String> after(String line, String name) {
        return named(lines.subList(indexOf(line), lines.size()), name);
    }

    private int indexOf(String line) {
        int index = lines.indexOf(line);
        assertThat(index).as(() -> String.join("\n", lines)).isPositive();
        return index;
    }

    private static List<String> named(List<String> lines, String name) {
        return lines.stream().filter(line -> line.contains(name)).toList();
    }
}
