package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.statistics.LatencySketch;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the calls within one stage came to, however long it lasts. Not thread-safe; confine it to one thread. */
final class StageSums {
    private final Instant since;
    private final WindowSums sums;
    private final SortedMap<Integer, Long> latency = new TreeMap<>();

    /**
     * Begins a stage, with those of its windows that have gone by already.
     *
     * @param since when its percentage came into force
     */
    StageSums(Instant since, History history) {
        this.since = since;
        this.sums = history.sum(Windows.from(since), history.last());
    }

    Instant since() {
        return since;
    }

    /** The first window that lies within the stage. */
    long first() {
        return Windows.from(since);
    }

    WindowSums sums() {
        return sums;
    }

    /** How long calls of both arms took. */
    LatencySketch latency() {
        return LatencySketch.of(latency);
    }

    /** Adds a row of a window within the stage. */
    void add(OutcomeRow row, History history) {
        WindowSums one = new WindowSums(history.bounds().size());
        one.add(row, history.bounds());
        sums.add(one);
        row.treatment().latency().forEach((bin, calls) -> latency.merge(bin, calls, Long::sum));
        row.control().latency().forEach((bin, calls) -> latency.merge(bin, calls, Long::sum));
    }

    Map<String, Object> tree() {
        BitWriter packed = new BitWriter();
        sums.write(packed);
        packed.number(latency.size());
        int before = 0;
        for (Map.Entry<Integer, Long> bin : latency.entrySet()) {
            packed.number(bin.getKey() - before);
            packed.number(bin.getValue());
            before = bin.getKey();
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("since", since.toString());
        tree.put("packed", packed.text());
        return tree;
    }

    static StageSums read(Tree tree, History history) {
        StageSums stage = new StageSums(tree.instant("since"), new History(history.bounds(), history.last()));
        BitReader packed = new BitReader(tree.text("packed"));
        stage.sums.read(packed);
        int bin = 0;
        for (long left = packed.number(); left > 0; left--) {
            bin += Math.toIntExact(packed.number());
            stage.latency.put(bin, packed.number());
        }
        return stage;
    }
}
