package dev.flags.benchmarks;

import dev.flags.evaluation.DecisionCounters;
import dev.flags.evaluation.Snapshot;
import dev.flags.source.LayerContent;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Loads and compiles 10,000 flags with two rules each, five times in one fresh JVM: the first is what a start pays, the last what a
 * running application pays. Then recompiles after a change of one flag.
 */
public final class LoadBenchmark {
    private LoadBenchmark() {}

    public static void main(String[] args) {
        int flags = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        String json = FlagDocuments.json(flags);
        String changed = json.replace("\"atomic-projects\",\"percentage\":50", "\"atomic-projects\",\"percentage\":60");
        LayerContent after = FlagDocuments.content(changed);
        for (int run = 1; run <= 5; run++) {
            long start = System.nanoTime();
            LayerContent content = FlagDocuments.content(json);
            long parsed = System.nanoTime();
            Snapshot snapshot = Snapshot.compile(List.of(new Snapshot.Layer("file", content)), new DecisionCounters());
            long compiled = System.nanoTime();
            Snapshot next = snapshot.recompile(List.of(new Snapshot.Layer("file", after)), Set.of(FlagDocuments.HALF));
            long recompiled = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "%d flags, %,d KiB: parse and validate %d ms, compile %d ms, recompile one changed flag %.1f ms (%d changed)%n",
                    snapshot.flags().size(),
                    json.length() / 1024,
                    (parsed - start) / 1_000_000,
                    (compiled - parsed) / 1_000_000,
                    (recompiled - compiled) / 1e6,
                    next.changed().size());
        }
    }
}
