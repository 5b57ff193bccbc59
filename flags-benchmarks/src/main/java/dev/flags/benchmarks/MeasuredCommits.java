package dev.flags.benchmarks;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.FlagStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commits to a store, and how long afterwards each is seen in other processes. Those print the revision and {@link System#nanoTime},
 * which all processes of a machine share, one a line. Time begins when the edit has been worked out. Not thread-safe; confine it to one
 * thread.
 */
public final class MeasuredCommits {
    private static final Actor ACTOR = new Actor("benchmark", "", "");

    private final FlagStore store;
    private final Map<Long, Long> begun = new HashMap<>();
    private long edited;

    public MeasuredCommits(FlagStore store) {
        this.store = store;
    }

    /** One commit with many flags. */
    public static void fill(FlagStore store, Collection<FlagDefinition> flags) {
        store.commit(new Commit(ACTOR, "apply", "filled", Map.of(), found -> {
            Map<String, FlagState> wanted = new HashMap<>();
            flags.forEach(flag -> wanted.put(flag.key(), defined(found.flag(flag.key()), flag)));
            return Commit.Write.flags(wanted);
        }));
    }

    /**
     * Raises a flag by one bucket.
     *
     * @param measured whether it is one of those whose arrival counts
     * @return how long the commit took, in nanoseconds
     */
    public long raise(String key, boolean measured) {
        long start = System.nanoTime();
        CommitOutcome.Committed done =
                (CommitOutcome.Committed) store.commit(new Commit(ACTOR, "set", "measured", Map.of(), found -> {
                    FlagState before = found.flag(key);
                    FlagDefinition now = before.definition().orElseThrow();
                    int buckets = (now.percentage().buckets() + 1) % 100_000;
                    Map<String, FlagState> wanted =
                            Map.of(key, defined(before, now.withPercentage(new Percentage(buckets))));
                    edited = System.nanoTime();
                    return Commit.Write.flags(wanted);
                }));
        long took = System.nanoTime() - start;
        if (measured) {
            begun.put(done.revision(), edited);
        }
        return took;
    }

    /**
     * That a commit was seen.
     *
     * @param nanos {@link System#nanoTime}
     */
    public record Arrival(long revision, long nanos) {}

    /** Reads what a process prints, to its end. */
    public static List<Arrival> arrivals(BufferedReader printed) throws IOException {
        List<Arrival> arrivals = new ArrayList<>();
        for (String line = printed.readLine(); line != null; line = printed.readLine()) {
            int space = line.indexOf(' ');
            arrivals.add(
                    new Arrival(Long.parseLong(line.substring(0, space)), Long.parseLong(line.substring(space + 1))));
        }
        return arrivals;
    }

    /** How many nanoseconds each of those measured here needed to its arrival. */
    public List<Long> latencies(List<Arrival> arrivals) {
        List<Long> latencies = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            Long start = begun.get(arrival.revision());
            if (start != null) {
                latencies.add(arrival.nanos() - start);
            }
        }
        return latencies;
    }

    /** The value that so many percent of the values do not exceed. */
    public static long at(List<Long> nanos, int percentile) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percentile / 100.0) - 1));
    }

    private static FlagState defined(FlagState state, FlagDefinition definition) {
        return new FlagState(
                definition.key(),
                state.revision(),
                Optional.of(definition),
                state.kill(),
                state.rollout(),
                state.updatedAt(),
                state.updatedBy(),
                List.of());
    }
}
