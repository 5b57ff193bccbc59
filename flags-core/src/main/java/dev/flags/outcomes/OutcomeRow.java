package dev.flags.outcomes;

import dev.flags.model.Percentage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What calls came to in one process, in one window, at one percentage of one rollout. A store keeps one row for each (run, instance,
 * percentage, window); a row that is put again takes the place of the one before, so that a retry counts nothing twice. {@code
 * docs/outcome-rows.md} fixes the format. Immutable. Safe for use by multiple threads.
 *
 * @param flag the flag's key
 * @param run the rollout's id
 * @param instance the incarnation of the process: another after each restart
 * @param percentage in force when the calls were decided
 * @param window the beginning of the window, a whole multiple of {@link #WINDOW}, by the store's clock
 * @param sample users, failed users and slow users are only those whose hash is below 2<sup>64 - sample</sup>; 0: all
 * @param lost how many rows of this run this process has given up since it began, because the store was away for too long
 */
public record OutcomeRow(
        String flag,
        String run,
        String instance,
        Percentage percentage,
        Instant window,
        int sample,
        long lost,
        Arm treatment,
        Arm control) {
    /** How long a window is. */
    public static final Duration WINDOW = Duration.ofSeconds(10);

    /**
     * Reads the format of {@code docs/outcome-rows.md}.
     *
     * @throws dev.flags.FlagsException when it is not of that format, or of a later schema
     */
    public static OutcomeRow parse(String text) {
        return OutcomeRowJson.parse(text);
    }

    /** The row in the format of {@code docs/outcome-rows.md}: one line. */
    public String toJson() {
        return OutcomeRowJson.write(this);
    }

    /** Whether nothing has happened. */
    public boolean isEmpty() {
        return treatment.isEmpty() && control.isEmpty();
    }

    /**
     * What the calls of one arm came to. Users, failed users, slow users and exposures are only of those whom the percentage or a split
     * decided for; the other counts are of all calls.
     *
     * @param users how many distinct (sampled) targeting keys had a call that ended
     * @param failedUsers the (sampled) ones that had a call that failed
     * @param calls how many ended, well or not
     * @param failures how many of them failed
     * @param codes failures by critical code
     * @param diverted calls for this arm that an open breaker sent the other way; not among the calls
     * @param bounds for each latency bound, ascending
     * @param latency calls by bin
     * @param exposures followed users (one in 64) that this process met for the first time
     */
    public record Arm(
            long users,
            UserHashes failedUsers,
            long calls,
            long failures,
            Map<String, Long> codes,
            long diverted,
            List<Bound> bounds,
            SortedMap<Integer, Long> latency,
            UserHashes exposures) {
        /** Nothing. */
        public static final Arm EMPTY = new Arm(
                0, UserHashes.NONE, 0, 0, Map.of(), 0, List.of(), Collections.emptySortedMap(), UserHashes.NONE);

        public Arm {
            codes = Collections.unmodifiableSortedMap(new TreeMap<>(codes));
            bounds = List.copyOf(bounds);
            latency = Collections.unmodifiableSortedMap(new TreeMap<>(latency));
        }

        boolean isEmpty() {
            return users == 0
                    && calls == 0
                    && diverted == 0
                    && latency.isEmpty()
                    && exposures.isEmpty()
                    && bounds.stream().allMatch(bound -> bound.decided() == 0);
        }
    }

    /**
     * Calls judged by one latency bound.
     *
     * @param decided calls that ended in time or passed the bound, each counted once in the window in which it did
     * @param slow those that passed it
     * @param slowUsers the (sampled) users who had a slow call; only for the bound by which the arms are compared
     */
    public record Bound(Duration bound, long decided, long slow, UserHashes slowUsers) {}
}
