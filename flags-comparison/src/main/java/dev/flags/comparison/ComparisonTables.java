package dev.flags.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Measures a part of the comparison and writes its table between that part's marks of {@code docs/comparison.md}. */
public final class ComparisonTables {

    private static final String NOT_THERE = "—";
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Options settings;

    private ComparisonTables(Options settings) {
        this.settings = settings;
    }

    /**
     * Measures.
     *
     * @param arguments the document; {@code decisions} with one thread, {@code threads} for two, or {@code starts}; what JMH is told
     */
    public static void main(String[] arguments) throws Exception {
        Path document = Path.of(arguments[0]);
        ComparisonTables tables =
                new ComparisonTables(new CommandLineOptions(Arrays.copyOfRange(arguments, 2, arguments.length)));
        String part = arguments[1];
        String table = switch (part) {
            case "decisions" -> tables.decisions(1);
            case "threads" -> tables.decisions(2);
            case "starts" -> tables.starts();
            default -> throw new CommandLineOptionException("no part of the comparison is called " + part);
        };
        System.out.println(table);
        write(document, part, table + "\n\n" + circumstances());
    }

    private String decisions(int threads) throws RunnerException {
        Map<Sdk, Collection<RunResult>> all = new EnumMap<>(Sdk.class);
        for (Sdk sdk : Sdk.IN_MEMORY) {
            all.put(sdk, run(sdk, threads));
        }
        List<String> rows = new ArrayList<>();
        for (Question question : Question.values()) {
            rows.add(row(
                    question.meaning,
                    all,
                    "isOn",
                    sdk -> sdk.questions.contains(question),
                    result -> question.name().equals(result.getParams().getParam("question"))));
        }
        rows.add(row(
                "10 % for a bare user id, its context made for the call",
                all, "isOnForId", sdk -> true, result -> true));
        rows.add(row(
                "one of two variants, with its text and its reason",
                all,
                "variant",
                sdk -> sdk.hasVariants,
                result -> true));
        return head(Sdk.IN_MEMORY) + String.join("\n", rows);
    }

    private Collection<RunResult> run(Sdk sdk, int threads) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.parent(settings)
                .include(DecisionBenchmark.class.getName() + methods(sdk))
                .param("sdk", sdk.name())
                .param("question", sdk.measured().stream().map(Enum::name).toArray(String[]::new))
                .threads(threads)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend("-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
                .shouldFailOnError(true);
        if (!settings.getWarmupIterations().hasValue()) {
            options.warmupIterations(sdk.warmUp());
        }
        return new Runner(options.build()).run();
    }

    private static String methods(Sdk sdk) {
        if (sdk.isSecond()) {
            return ".isOn$";
        }
        return sdk.hasVariants ? "" : ".isOn";
    }

    private static String row(
            String title,
            Map<Sdk, Collection<RunResult>> all,
            String method,
            Predicate<Sdk> isThere,
            Predicate<RunResult> isMeant) {
        StringBuilder row = new StringBuilder("| ").append(title).append(" |");
        all.forEach((sdk, results) -> row.append(' ')
                .append(results.stream()
                        .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
                        .filter(isMeant)
                        .map(ComparisonTables::cell)
                        .findFirst()
                        .orElse(isThere.test(sdk) ? "" : NOT_THERE))
                .append(" |"));
        return row.toString();
    }

    /** The median of all iterations, how far the quartiles are away from it, and the bytes. */
    private static String cell(RunResult result) {
        Result<?> time = result.getPrimaryResult();
        Result<?> bytes = result.getSecondaryResults().get(ALLOCATED);
        double median = time.getStatistics().getPercentile(50);
        double spread =
                (time.getStatistics().getPercentile(75) - time.getStatistics().getPercentile(25)) / 2;
        return String.format(
                Locale.ROOT,
                "%s ± %s, %.0f B",
                digits(median),
                digits(spread),
                bytes == null ? Double.NaN : bytes.getScore());
    }

    private static String digits(double nanos) {
        return String.format(Locale.ROOT, nanos < 100 ? "%.1f" : "%,.0f", nanos);
    }

    private String starts() throws IOException, InterruptedException {
        StringBuilder time = new StringBuilder("| to the first decision |");
        StringBuilder heap = new StringBuilder("| heap |");
        StringBuilder outside = new StringBuilder("| outside of the heap, with the SDK's classes |");
        for (Sdk sdk : Sdk.FROM_FILE) {
            FirstDecision.Cost cost = FirstDecision.measure(sdk);
            System.out.println(sdk + " " + cost);
            time.append(' ').append(cost.time()).append(" |");
            heap.append(' ').append(cost.memory()).append(" |");
            outside.append(' ').append(cost.nativeMemory()).append(" |");
        }
        return head(Sdk.FROM_FILE) + time + '\n' + heap + '\n' + outside;
    }

    private static String head(Set<Sdk> sdks) {
        String titles = String.join(" | ", sdks.stream().map(sdk -> sdk.title).toList());
        return "| | " + titles + " |\n|---" + "|---".repeat(sdks.size()) + "|\n";
    }

    private static String circumstances() {
        return "(Measured on %s, %s %s with %d processors, Java %s.)"
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"));
    }

    private static void write(Path document, String part, String table) throws IOException {
        String text = Files.readString(document);
        String mark = "<!-- " + part + " begin -->";
        int begin = text.indexOf(mark) + mark.length();
        int end = text.indexOf("<!-- " + part + " end -->");
        Files.writeString(document, text.substring(0, begin) + "\n\n" + table + "\n\n" + text.substring(end));
    }
}
