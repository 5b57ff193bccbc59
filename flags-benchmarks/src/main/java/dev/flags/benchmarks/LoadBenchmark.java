package dev.flags.benchmarks;

import dev.flags.evaluation.DecisionCounters;
import dev.flags.evaluation.Snapshot;
import dev.flags.source.LayerContent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Loads and compiles 10,000 flags with two rules each, five times in one fresh JVM: the first is what a start pays, the last what a
 * running application pays. Then recompiles after a change of one flag.
 */
public final class LoadBenchmark {
    /** The thread's own time: on a shared machine, what the others do is not to be measured. */
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private LoadBenchmark() {}

    public static void main(String[] args) {
        int flags = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        String json = FlagDocuments.json(flags);
        String changed = json.replace("\"atomic-projects\",\"percentage\":50", "\"atomic-projects\",\"percentage\":60");
        for (int run = 1; run <= 5; run++) {
            long start = CPU.getCurrentThreadCpuTime();
            LayerContent content = FlagDocuments.content(json);
            long parsed = CPU.getCurrentThreadCpuTime();
            Snapshot snapshot = Snapshot.compile(List.of(new Snapshot.Layer("file", content)), new DecisionCounters());
            long compiled = CPU.getCurrentThreadCpuTime();
            LayerContent after = FlagDocuments.content(changed);
            long changing = CPU.getCurrentThreadCpuTime();
            Snapshot next = snapshot.recompile(List.of(new Snapshot.Layer("file", after)), Set.of(FlagDocuments.HALF));
            long recompiled = CPU.getCurrentThreadCpuTime();
            System.out.printf(
                    Locale.ROOT,
                    "%d flags, %,d KiB: in ms of CPU: parse and validate %d, compile %d, recompile one changed flag %.1f (%d changed)%n",
                    snapshot.flags().size(),
                    json.length() / 1024,
                    (parsed - start) / 1_000_000,
                    (compiled - parsed) / 1_000_000,
                    (recompiled - changing) / 1e6,
                    next.changed().size());
        }
    }
}
