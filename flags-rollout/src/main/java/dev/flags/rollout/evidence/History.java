package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What each of the last windows came to, without gaps. Not thread-safe; confine it to one thread. */
final class History {
    /** So many are kept for those who look at a line of them. */
    static final int SHOWN = 24;

    private final List<Duration> bounds;
    private final List<WindowSums> windows = new ArrayList<>();
    private long last;

    /**
     * Empty.
     *
     * @param bounds for which latency bounds calls are counted
     * @param last the window before the first one to come
     */
    History(List<Duration> bounds, long last) {
        this.bounds = bounds;
        this.last = last;
    }

    long last() {
        return last;
    }

    long first() {
        return last - windows.size() + 1;
    }

    List<Duration> bounds() {
        return bounds;
    }

    /** Goes on by a window, in which nothing was reported yet. */
    void next() {
        windows.add(new WindowSums(bounds.size()));
        last++;
    }

    /** Goes on to a window, after a time in which nobody looked. */
    void goTo(long window) {
        windows.clear();
        last = window;
    }

    void add(long window, OutcomeRow row) {
        if (window >= first() && window <= last) {
            windows.get((int) (window - first())).add(row, bounds);
        }
    }

    /** Forgets windows before this one. */
    void forget(long before) {
        long forgotten = Math.min(windows.size(), before - first());
        if (forgotten > 0) {
            windows.subList(0, (int) forgotten).clear();
        }
    }

    /** All from one window to another together, as far as they are kept. */
    WindowSums sum(long from, long to) {
        WindowSums sum = new WindowSums(bounds.size());
        for (long window = Math.max(from, first()); window <= Math.min(to, last); window++) {
            sum.add(at(window));
        }
        return sum;
    }

    /** One that is kept. */
    WindowSums at(long window) {
        return windows.get((int) (window - first()));
    }

    /** A line of the last windows, oldest first. */
    List<Double> line(ToDoubleFunction<WindowSums> value) {
        return windows.subList(Math.max(0, windows.size() - SHOWN), windows.size()).stream()
                .map(value::applyAsDouble)
                .toList();
    }

    Map<String, Object> tree() {
        BitWriter packed = new BitWriter();
        windows.forEach(window -> window.write(packed));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bounds", bounds.stream().map(Duration::toString).toList());
        tree.put("count", windows.size());
        tree.put("packed", packed.text());
        return tree;
    }

    /**
     * Reads {@link #tree}.
     *
     * @throws IllegalArgumentException also when calls were counted for other bounds
     */
    static History read(Tree tree, List<Duration> bounds, long last) {
        if (!tree.list("bounds").equals(bounds.stream().map(Duration::toString).toList())) {
            throw new IllegalArgumentException(
                    "calls were judged by the bounds " + tree.list("bounds") + " and the plan has " + bounds);
        }
        int count = Math.toIntExact(tree.count("count", 1L << 20));
        History history = new History(bounds, last - count);
        BitReader packed = new BitReader(tree.text("packed"));
        for (int i = 0; i < count; i++) {
            history.next();
            history.at(history.last).read(packed);
        }
        return history;
    }
}
