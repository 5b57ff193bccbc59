package dev.flags.benchmarks.rollout;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.statistics.DetectionTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Simulates whole runs and prints two tables in Markdown: false alarms, and how soon a fault is found. {@code [RUNS [TRAP…]]}: 5,000
 * runs by default; with names of {@link Trap}s only these, and not the second table.
 */
public final class FalseAlarms {
    private FalseAlarms() {}

    public static void main(String[] args) {
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        List<Trap> named = Arrays.stream(args).skip(1).map(Trap::valueOf).toList();
        Judging judging = ByEvidence.FAILURES;
        print("%,d runs of each, α = 0.01%n%n", runs);
        print(
                "| nothing is wrong with the treatment | rolled back | counted otherwise | rolled back |%n|---|---|---|---|%n");
        for (Trap trap : named.isEmpty() ? List.of(Trap.values()) : named) {
            double alarms = Simulation.rolledBack(trap.scenario, judging, runs);
            double naive = Simulation.rolledBack(trap.scenario, trap.contrast, Math.min(runs, 500));
            print("| %s | %.2f %% | %s | %.1f %% |%n", trap.text, 100 * alarms, trap.contrast.text, 100 * naive);
        }
        if (named.isEmpty()) {
            found(runs, judging);
        }
    }

    private static void found(int runs, Judging judging) {
        print("%n| the treatment is worse | median | 9 of 10 | never | by the formula |%n|---|---|---|---|---|%n");
        for (Fault fault : Fault.values()) {
            int some = Math.max(1, fault.from > 0 ? runs / 10 : runs); // healthy windows take their time
            int[] windows = Simulation.windows(fault.scenario, judging, some);
            print(
                    "| %s | %s | %s | %.2f %% | %s |%n",
                    fault.text,
                    seconds(windows[some / 2], fault),
                    seconds(windows[some * 9 / 10], fault),
                    100.0
                            * Arrays.stream(windows)
                                    .filter(w -> w == Integer.MAX_VALUE)
                                    .count()
                            / some,
                    DetectionTime.of(Percentage.of(fault.percent), 100, fault.before, fault.rate, 0.01, 1)
                            .map(time -> time.toSeconds() + " s")
                            .orElse("never"));
        }
    }

    /** From the fault to the end of the window. */
    private static String seconds(int window, Fault fault) {
        return window == Integer.MAX_VALUE ? "never" : (window + 1 - fault.from) * OutcomeRow.WINDOW.toSeconds() + " s";
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
