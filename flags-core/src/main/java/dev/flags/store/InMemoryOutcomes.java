package dev.flags.store;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Outcome rows in memory, for as long as they must be kept. Safe for use by multiple threads. */
final class InMemoryOutcomes implements OutcomeStorage {
    private final Clock clock;

    // guarded by this
    private final Map<Identity, String> rows = new HashMap<>();

    private record Identity(String run, Instant window, String instance, int buckets) {}

    InMemoryOutcomes(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public synchronized void put(List<OutcomeRow> more) {
        for (OutcomeRow row : more) {
            rows.put(
                    new Identity(
                            row.run(),
                            row.window(),
                            row.instance(),
                            row.percentage().buckets()),
                    row.toJson());
        }
        Instant kept = now().minus(KEPT);
        rows.keySet().removeIf(identity -> identity.window().isBefore(kept));
    }

    @Override
    public synchronized Rows read(String run, Instant since) {
        return Rows.of(rows.entrySet().stream()
                .filter(row ->
                        row.getKey().run().equals(run) && !row.getKey().window().isBefore(since))
                .map(Map.Entry::getValue)
                .toList());
    }
}
