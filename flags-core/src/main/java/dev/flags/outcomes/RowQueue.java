package dev.flags.outcomes;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Final rows on their way to the store. While it is away the newest are kept, as many as are still of use when it comes back; the oldest
 * are given up and counted. Safe for use by multiple threads.
 */
final class RowQueue {
    /** Older rows come too late to be evidence. */
    static final int MOST_WINDOWS = 90;

    static final int MOST_ROWS = 2_000;
    /** Of memory, roughly. */
    static final long MOST_BYTES = 16 << 20;

    private static final int BATCH = 100;
    private static final int MOST_RUNS = 1_000;

    // guarded by this
    private final Deque<OutcomeRow> rows = new ArrayDeque<>();
    private final Map<String, Long> lost = new HashMap<>();
    private long bytes;
    private long allLost;

    synchronized void add(List<OutcomeRow> more) {
        for (OutcomeRow row : more) {
            rows.addLast(row);
            bytes += weight(row);
        }
        OutcomeRow newest = rows.peekLast();
        while (!rows.isEmpty() && newest != null && isTooMuch(newest)) {
            OutcomeRow oldest = rows.removeFirst();
            bytes -= weight(oldest);
            allLost++;
            if (lost.containsKey(oldest.run()) || lost.size() < MOST_RUNS) {
                lost.merge(oldest.run(), 1L, Long::sum);
            }
        }
    }

    private boolean isTooMuch(OutcomeRow newest) {
        OutcomeRow oldest = rows.getFirst();
        return rows.size() > MOST_ROWS
                || bytes > MOST_BYTES
                || !oldest.window().isAfter(newest.window().minus(OutcomeRow.WINDOW.multipliedBy(MOST_WINDOWS)));
    }

    /** The oldest rows, which stay until they are {@link #sent}. */
    synchronized List<OutcomeRow> next() {
        List<OutcomeRow> batch = new ArrayList<>();
        for (OutcomeRow row : rows) {
            if (batch.size() == BATCH) {
                break;
            }
            batch.add(row);
        }
        return batch;
    }

    /** These have arrived. Some may have been given up meanwhile. */
    synchronized void sent(List<OutcomeRow> batch) {
        for (OutcomeRow row : batch) {
            if (row.equals(rows.peekFirst())) {
                rows.removeFirst();
                bytes -= weight(row);
            }
        }
    }

    /** How many rows of a run were given up. */
    synchronized long lost(String run) {
        return lost.getOrDefault(run, 0L);
    }

    synchronized long lost() {
        return allLost;
    }

    synchronized int size() {
        return rows.size();
    }

    private static long weight(OutcomeRow row) {
        return 1_000 + weight(row.treatment()) + weight(row.control());
    }

    private static long weight(OutcomeRow.Arm arm) {
        long hashes = (long) arm.failedUsers().size() + arm.exposures().size();
        for (OutcomeRow.Bound bound : arm.bounds()) {
            hashes += bound.slowUsers().size();
        }
        return 8 * hashes
                + 80L
                        * (arm.latency().size()
                                + arm.codes().size()
                                + arm.bounds().size());
    }
}
