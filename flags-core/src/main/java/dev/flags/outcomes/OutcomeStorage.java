package dev.flags.outcomes;

import dev.flags.FlagsException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a store keeps of rollouts' outcomes: rows of {@link OutcomeRow}, for at least {@link #KEPT}, then they may go. Exceptions as {@link
 * dev.flags.store.Storage} says. Safe for use by multiple threads.
 */
public interface OutcomeStorage extends OutcomeSink {
    /** How long a row is kept at least, from the beginning of its window. */
    Duration KEPT = Duration.ofHours(1);

    /**
     * The rows of a run with windows that begin then or later, as far as they are still kept.
     *
     * @param since by the store's clock
     */
    Rows read(String run, Instant since);

    /**
     * The rows of several runs, in few round trips whatever their number where the store can.
     *
     * @param since by run, as {@link #read(String, Instant)} has it
     * @return by run, also of runs without rows
     */
    default Map<String, Rows> readAll(Map<String, Instant> since) {
        Map<String, Rows> rows = new LinkedHashMap<>();
        since.forEach((run, from) -> rows.put(run, read(run, from)));
        return rows;
    }

    /**
     * What was read, in order of window, instance and percentage.
     *
     * @param unreadable how many rows could not be understood: damaged, or of a later version
     */
    record Rows(List<OutcomeRow> rows, int unreadable) {
        private static final Comparator<OutcomeRow> ORDER = Comparator.comparing(OutcomeRow::window)
                .thenComparing(OutcomeRow::instance)
                .thenComparing(OutcomeRow::percentage);

        public Rows {
            rows = rows.stream().sorted(ORDER).toList();
        }

        /** Reads stored rows, each as {@link OutcomeRow#toJson} wrote it. */
        public static Rows of(List<String> texts) {
            List<OutcomeRow> rows = new ArrayList<>();
            int unreadable = 0;
            for (String text : texts) {
                try {
                    rows.add(OutcomeRow.parse(text));
                } catch (FlagsException e) {
                    unreadable++;
                }
            }
            return new Rows(rows, unreadable);
        }
    }
}
