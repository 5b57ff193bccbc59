package dev.flags.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * From nothing to the first decision with 10,000 flags in a file of the SDK's own form, and what they take in memory then; each in a
 * fresh JVM. As a program of its own it is one such JVM.
 */
final class FirstDecision {
    static final int FLAGS = 10_000;

    private static final int STARTS = 7;
    private static final int USER = 7;
    private static final int ASKED_AFTER = 100;
    private static final Path PROCESS = Path.of("/proc/self/status");
    private static final double MEBIBYTE = 1024 * 1024;

    private FirstDecision() {}

    /**
     * @param millis from opening the file to the first decision
     * @param heap what the heap holds more than before, in bytes
     * @param outside what the process holds more than before outside of its heap, in bytes; 0 where the system does not say
     */
    record Cost(double millis, long heap, long outside) {

        /** A cell of a table. */
        String time() {
            return String.format(Locale.ROOT, "%.0f ms", millis);
        }

        String memory() {
            return String.format(Locale.ROOT, "%.1f MiB", heap / MEBIBYTE);
        }

        String nativeMemory() {
            return String.format(Locale.ROOT, "%.0f MiB", outside / MEBIBYTE);
        }

        private static Cost median(List<Cost> costs) {
            return new Cost(
                    costs.stream().mapToDouble(Cost::millis).sorted().toArray()[STARTS / 2],
                    costs.stream().mapToLong(Cost::heap).sorted().toArray()[STARTS / 2],
                    costs.stream().mapToLong(Cost::outside).sorted().toArray()[STARTS / 2]);
        }
    }

    /** Each figure's median of seven starts. */
    static Cost measure(Sdk sdk) throws IOException, InterruptedException {
        Path file = Files.createTempDirectory("first-decision").resolve("flags.json");
        sdk.write(file, FLAGS);
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            costs.add(start(sdk, file));
        }
        return Cost.median(costs);
    }

    private static Cost start(Sdk sdk, Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // all of the heap is the process's from the beginning: what it grows by later lies outside
                        "-Xms512m",
                        "-Xmx512m",
                        "-XX:+AlwaysPreTouch",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstDecision.class.getName(),
                        sdk.name(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output;
        try (InputStream out = process.getInputStream()) {
            output = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("a start of " + sdk + " failed: " + output);
        }
        String[] numbers = output.split(" ", -1);
        return new Cost(Double.parseDouble(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    }

    /**
     * One start.
     *
     * @param arguments the SDK, and its file
     */
    public static void main(String[] arguments) throws IOException {
        Sdk sdk = Sdk.valueOf(arguments[0]);
        Path file = Path.of(arguments[1]);
        long heapBefore = heap();
        long residentBefore = resident();
        long begin = System.nanoTime();
        Contender<Object, Object> contender = sdk.open(file);
        boolean on = contender.isOn(contender.flag(Question.FULLY_ON.key), contender.user(Crowd.id(USER), "US"));
        double millis = (System.nanoTime() - begin) / 1e6;
        long heap = heap() - heapBefore;
        long outside = resident() - residentBefore;
        // it keeps everything alive until here, and proves that it is there
        Object last = contender.flag("flag-" + (FLAGS - 2)); // at 98 %
        long served = IntStream.range(0, ASKED_AFTER)
                .filter(i -> contender.isOn(last, contender.user(Crowd.id(i), "US")))
                .count();
        if (!on || served < ASKED_AFTER / 2) {
            throw new IllegalStateException(sdk + " does not serve what is in " + file);
        }
        System.out.printf(Locale.ROOT, "%.3f %d %d%n", millis, heap, outside);
        System.exit(0); // the others' threads may still run
    }

    private static long heap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < 5; i++) {
            memory.gc();
        }
        return memory.getHeapMemoryUsage().getUsed();
    }

    private static long resident() throws IOException {
        if (!Files.exists(PROCESS)) {
            return 0;
        }
        String line = Files.readAllLines(PROCESS).stream()
                .filter(text -> text.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
}
