package dev.flags.benchmarks;

import dev.flags.Flags;
import dev.flags.source.FileSource;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * From {@code build()} to the first decision with 10 flags in a JSON file, each time in a fresh JVM: as it is, and with a class-data
 * archive of the application. Given a file, it is one such JVM; given none, it starts them and prints the medians.
 */
public final class StartupBenchmark {
    private static final int STARTS = 11;

    private StartupBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1) {
            start(Path.of(args[0]));
            return;
        }
        Path directory = Files.createTempDirectory("startup");
        Path flags = Files.writeString(directory.resolve("flags.json"), FlagDocuments.json(10));
        Path archive = directory.resolve("classes.jsa");
        String classPath = jarsOnly(directory);
        start(classPath, flags, "-XX:ArchiveClassesAtExit=" + archive);
        print("as it is", classPath, flags, "-Xshare:auto");
        print("with a class-data archive", classPath, flags, "-XX:SharedArchiveFile=" + archive);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** What is measured. Nothing of it has run before in this JVM. */
    private static void start(Path file) {
        long start = System.nanoTime();
        try (Flags flags = Flags.builder().layer(FileSource.of(file)).build()) {
            boolean on = flags.isEnabled(FlagDocuments.HALF, "user-42");
            long decided = System.nanoTime();
            System.out.println(on ? (decided - start) / 1_000_000 : "user-42 is inside 50 %, but was not served");
        }
    }

    private static void print(String what, String classPath, Path flags, String option)
            throws IOException, InterruptedException {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            times.add(start(classPath, flags, option));
        }
        Collections.sort(times);
        System.out.println("build() to first decision, " + what + ": median " + times.get(STARTS / 2) + " ms, best "
                + times.get(0) + " ms of " + STARTS + " starts");
    }

    private static long start(String classPath, Path flags, String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        option,
                        "-Xlog:disable",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        classPath,
                        StartupBenchmark.class.getName(),
                        flags.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output;
        try (InputStream out = process.getInputStream()) {
            output = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a start failed: " + output);
        }
        return Long.parseLong(output);
    }

    /** This class path with its directories packed into jars: a class-data archive takes nothing else. */
    private static String jarsOnly(Path directory) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            entries.add(
                    Files.isDirectory(path)
                            ? jar(path, directory.resolve(entries.size() + ".jar"))
                                    .toString()
                            : entry);
        }
        return String.join(File.pathSeparator, entries);
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> paths = Files.walk(classes)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
                Files.copy(path, out);
            }
        }
        return jar;
    }
}
