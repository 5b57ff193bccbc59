package dev.flags.metrics;

import dev.flags.DecisionCount;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One counter for each flag and variant that was served, as far as they fit; all else adds up under {@code other}. Keys that no
 * layer knows are part of that: an application may make them from what its users send, and such text is no tag. Safe for use by
 * multiple threads.
 */
final class DecisionSeries {
    static final int MAX_SERIES = 2_000;
    static final String NAME = "flags.decisions";
    static final String OTHER = "other";

    private final Flags flags;
    private final MeterRegistry registry;
    private final Tags tags;
    private final int maxSeries;

    // guarded by this
    private final Map<Key, Counted> series = new HashMap<>();
    private final Counted other;
    private Set<String> live = Set.of();
    private boolean closed;

    /** Set by the flags' listener: which keys exist has to be looked up again. */
    private volatile boolean flagsChanged = true;

    private long refreshedAtNanos;

    private record Key(String flag, String variant) {}

    /** What one counter reads. It never falls, because monitoring systems take that for a restart. */
    private static final class Counted {
        @Nullable
        Meter meter;

        volatile long count;

        void raiseTo(long sum) {
            count = Math.max(count, sum);
        }
    }

    DecisionSeries(Flags flags, MeterRegistry registry, Tags tags, int maxSeries) {
        this.flags = flags;
        this.registry = registry;
        this.tags = tags;
        this.maxSeries = maxSeries;
        this.other = registered(OTHER, OTHER);
    }

    void flagsChanged() {
        flagsChanged = true;
        refresh();
    }

    /** Registers what was served since, and removes the meters of flags that no layer defines any more. */
    synchronized void refresh() {
        if (closed) {
            return;
        }
        refreshedAtNanos = System.nanoTime();
        if (flagsChanged) {
            // before looking, so that a change meanwhile is not missed
            flagsChanged = false;
            live = new HashSet<>(flags.all(EvaluationContext.anonymous()).keySet());
            removeUnless(live);
        }
        long rest = 0;
        for (DecisionCount count : flags.decisionCounts()) {
            Counted counted = counted(new Key(count.key(), count.variant()));
            if (counted == null) {
                rest += count.count();
            } else {
                counted.raiseTo(count.count());
            }
        }
        other.raiseTo(rest);
    }

    private @Nullable Counted counted(Key key) {
        Counted known = series.get(key);
        if (known != null || !live.contains(key.flag()) || series.size() >= maxSeries - 1) {
            return known;
        }
        Counted made = registered(key.flag(), key.variant());
        series.put(key, made);
        return made;
    }

    private Counted registered(String flag, String variant) {
        Counted counted = new Counted();
        counted.meter = FunctionCounter.builder(NAME, counted, this::current)
                .description("Decisions, by flag and served variant")
                .tags(tags)
                .tag("feature_flag.key", flag)
                .tag("feature_flag.result.variant", variant)
                .register(registry);
        return counted;
    }

    private double current(Counted counted) {
        if (isOld()) {
            refresh();
        }
        return counted.count;
    }

    private synchronized boolean isOld() {
        return System.nanoTime() - refreshedAtNanos > FlagsMetrics.FRESH_NANOS;
    }

    private void removeUnless(Set<String> keys) {
        Iterator<Map.Entry<Key, Counted>> entries = series.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Key, Counted> entry = entries.next();
            if (!keys.contains(entry.getKey().flag())) {
                remove(entry.getValue());
                entries.remove();
            }
        }
    }

    private void remove(Counted counted) {
        if (counted.meter != null) {
            registry.remove(counted.meter);
        }
    }

    /** How many counters there are, the one for the rest included. */
    synchronized int size() {
        return series.size() + 1;
    }

    synchronized void close() {
        closed = true;
        removeUnless(Set.of());
        remove(other);
    }
}
