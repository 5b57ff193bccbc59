package dev.flags.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Lets every outage happen to every kind of store, measures, and writes the table between the marks of {@code docs/reliability.md}. Goals
 * that were not met are set in bold, and the exit code is 1.
 */
public final class ReliabilityTable {

    private static final String BEGIN = "<!-- the table begins -->";
    private static final String END = "<!-- the table ends -->";

    private final List<String> rows = new ArrayList<>();
    private int missed;
    private int missedWithoutControl;

    private ReliabilityTable() {}

    /**
     * Measures.
     *
     * @param arguments the document; then, optionally, a part of the names of the outages to run, which leaves the document as it is
     */
    public static void main(String[] arguments) throws Exception {
        // what the compiler makes of the decisions in their first seconds is not the store's doing
        Rehearsal.run(RedisTarget::new, RedisOutages.all().get(0), Rehearsal.Pace.MEASURE);
        ReliabilityTable table = new ReliabilityTable();
        String only = String.join(" ", List.of(arguments).subList(1, arguments.length));
        table.measure(only, RedisTarget::new, RedisOutages.all());
        table.measure(only, ReplicatedTarget::sentinel, ReplicatedOutages.all());
        table.measure(only, ReplicatedTarget::cluster, ReplicatedOutages.all());
        table.measure(only, PostgresTarget::new, PostgresOutages.all());
        if (only.isEmpty()) {
            table.write(Path.of(arguments[0]));
        }
        System.out.println(table.summary());
        System.exit(table.missed == 0 && !table.rows.isEmpty() ? 0 : 1);
    }

    private <T extends Target> void measure(String only, Supplier<T> start, List<Outage<T>> outages) {
        for (Outage<T> outage : outages) {
            if (!outage.name().contains(only)) {
                continue;
            }
            try {
                Findings findings = Rehearsal.run(start, outage, Rehearsal.Pace.MEASURE);
                rows.add(findings.row());
                missed += findings.allMet() ? 0 : 1;
                missedWithoutControl += findings.decisions().isWithinGoalWithoutControl() ? 0 : 1;
                findings.faults().forEach(fault -> System.out.println("FAULT " + fault));
            } catch (Exception e) {
                missed++;
                rows.add("| " + outage.name() + " | | **" + e.getMessage() + "** | | | | | | | |");
            }
            System.out.println(rows.get(rows.size() - 1));
        }
    }

    private String summary() {
        return "%d outages, %d with a goal missed, on %s, %s %s with %d processors, Java %s. Without the control, decisions would miss theirs in %d."
                .formatted(
                        rows.size(),
                        missed,
                        LocalDate.now(ZoneOffset.UTC),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"),
                        missedWithoutControl);
    }

    private void write(Path document) throws IOException {
        String text = Files.readString(document);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String head = """


                %s

                | outage | store | status | wrong answers / exceptions | log | p99 of a decision, before → during, ns (longest) | control | effect (≤ 1.20) | own threads | right again after |
                |---|---|---|---|---|---|---|---|---|---|
                """.formatted(summary());
        Files.writeString(
                document, text.substring(0, begin) + head + String.join("\n", rows) + "\n\n" + text.substring(end));
    }
}
