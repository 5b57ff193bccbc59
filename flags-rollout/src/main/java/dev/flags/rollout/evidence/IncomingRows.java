package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of one reading that were not used yet: which of them are final?
 *
 * <p>A row is final when its process has begun the next window. It has when a row of a later window is there; and it had when it sent this
 * one, because a row goes when its window is over ({@code docs/outcome-rows.md}), so a row that is there when its window has been over for
 * a moment by the store's clock is final, too. After three windows it is in any case. A window is closed when that is so of all instances
 * that reported the window before: then they are together in one factor. Not thread-safe; confine it to one thread.
 */
final class IncomingRows {
    /** After so many windows nothing is waited for any more. */
    static final int FINAL_AFTER = 3;

    /** How long after a window's end its last rows may still be on their way, or in the place of an earlier form. */
    static final Duration MOMENT = Duration.ofSeconds(2);

    private static final int LONGEST_NAME = 64;
    /** A process lists 8,192 users; more cannot be, and would not fit into sums. */
    private static final long MOST_USERS = 1 << 20;

    private static final long MOST_CALLS = 1L << 36;
    private static final int MOST_LEVELS = 32;

    private final Map<Long, Map<Identity, OutcomeRow>> byWindow = new HashMap<>();
    private final Map<String, Long> newest = new HashMap<>();

    private record Identity(String instance, int percentage) {}

    /** Adds a row. One of the same identity takes the place of the one before. */
    void add(OutcomeRow row) {
        long window = Windows.of(row.window());
        byWindow.computeIfAbsent(window, each -> new LinkedHashMap<>())
                .put(new Identity(row.instance(), row.percentage().buckets()), row);
        newest.merge(row.instance(), window, Math::max);
    }

    List<OutcomeRow> of(long window) {
        return new ArrayList<>(byWindow.getOrDefault(window, Map.of()).values());
    }

    /** Windows with rows, ascending. */
    List<Long> windows() {
        return byWindow.keySet().stream().sorted().toList();
    }

    /** Whether the first window that is not closed yet can be. */
    boolean isClosable(long window, Fleet fleet, Instant now) {
        return window <= Windows.of(now) - FINAL_AFTER
                || (window < Windows.of(now.minus(MOMENT))
                        && newest.values().stream().anyMatch(reported -> reported >= window)
                        && fleet.haveAllGoneOn(window - 1, newest, window));
    }

    /** Whether a row has a name and a window that can be remembered. */
    static boolean hasIdentity(OutcomeRow row) {
        return !row.instance().isEmpty()
                && row.instance().length() <= LONGEST_NAME
                && Windows.begin(Windows.of(row.window())).equals(row.window());
    }

    /** Whether a row says what can be. Lists and counts of one row are taken one after the other, and need not agree to the last call. */
    static boolean isPlausible(OutcomeRow row) {
        return row.sample() >= 0
                && row.sample() <= MOST_LEVELS
                && row.lost() >= 0
                && isPlausible(row.treatment())
                && isPlausible(row.control());
    }

    private static boolean isPlausible(OutcomeRow.Arm arm) {
        return isIn(arm.users(), MOST_USERS)
                && isIn(arm.calls(), MOST_CALLS)
                && isIn(arm.failures(), arm.calls())
                && arm.codes().values().stream().allMatch(count -> isIn(count, MOST_CALLS))
                && arm.diverted() >= 0
                && arm.bounds().stream()
                        .allMatch(bound -> isIn(bound.decided(), MOST_CALLS) && isIn(bound.slow(), bound.decided()))
                && arm.latency().entrySet().stream()
                        .allMatch(bin -> bin.getKey() >= 0 && isIn(bin.getValue(), MOST_CALLS));
    }

    private static boolean isIn(long count, long most) {
        return count >= 0 && count <= most;
    }
}
