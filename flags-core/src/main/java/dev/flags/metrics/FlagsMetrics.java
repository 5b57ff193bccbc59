package dev.flags.metrics;

import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.MembershipCounts;
import dev.flags.Subscription;
import dev.flags.store.FlagStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Registers meters for {@link Flags} and {@link FlagStore} with Micrometer. No meter has a tag that stems from a user.
 *
 * <ul>
 *   <li>{@code flags.decisions}, a counter by {@code feature_flag.key} and {@code feature_flag.result.variant}; at most 2,000
 *       series, the rest and keys that no layer knows under {@code other}; the series of removed and archived flags go
 *   <li>{@code flags.snapshot.revision}, by {@code layer}
 *   <li>{@code flags.snapshot.age}, by {@code layer}: the time since its source last answered
 *   <li>{@code flags.source.state}, by {@code layer} and {@code state}: 1 for the state it is in, 0 for the others
 *   <li>{@code flags.source.flags} and {@code flags.source.problems}, by {@code layer}
 *   <li>{@code flags.calls}, a timer by {@code feature_flag.key}, {@code arm} and {@code outcome}, of calls through {@code choose}; with it
 *       {@code flags.calls.fallbacks}, {@code flags.calls.diverted} and {@code flags.breaker.open}; of at most 300 flags
 *   <li>{@code flags.outcomes.waiting} and {@code flags.outcomes.lost}: rows that wait for the store or were given up
 *   <li>{@code flags.segment.lookups}, a counter by {@code result}: {@code known}, {@code stale}, {@code unknown}; of memberships of
 *       large segments, asked for while evaluating
 *   <li>{@code flags.segment.fetch.failures}, a counter, and {@code flags.segment.cached}: of how many users memberships are known
 *   <li>{@code flags.store.commits}, a counter by {@code outcome}, for a store that {@link #commits} wraps
 * </ul>
 *
 * Safe for use by multiple threads.
 */
public final class FlagsMetrics {
    /** A scrape reads thousands of meters; what they read is worked out once for it. */
    static final long FRESH_NANOS = 500_000_000;

    private final Flags flags;
    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();

    // guarded by this
    private FlagsStatus status;
    private long statusAtNanos;

    private FlagsMetrics(Flags flags, MeterRegistry registry, Tags tags) {
        this.flags = flags;
        this.registry = registry;
        this.tags = tags;
        this.status = flags.status();
        this.statusAtNanos = System.nanoTime();
    }

    /** Registers meters of these flags, without further tags. */
    public static Subscription bind(Flags flags, MeterRegistry registry) {
        return bind(flags, registry, Tags.empty());
    }

    /**
     * Registers meters of these flags.
     *
     * @param tags for all of them, for instance the environment
     * @return removes the meters when closed
     */
    public static Subscription bind(Flags flags, MeterRegistry registry, Iterable<Tag> tags) {
        return bind(flags, registry, tags, DecisionSeries.MAX_SERIES);
    }

    static Subscription bind(Flags flags, MeterRegistry registry, Iterable<Tag> tags, int maxSeries) {
        DecisionSeries series = new DecisionSeries(flags, registry, Tags.of(tags), maxSeries);
        FlagsMetrics metrics = new FlagsMetrics(flags, registry, Tags.of(tags));
        metrics.registerLayers();
        metrics.registerMemberships();
        series.refresh();
        OutcomeSeries outcomes = new OutcomeSeries(flags, registry, Tags.of(tags));
        outcomes.refresh();
        Subscription changes = flags.onChange(unused -> series.flagsChanged());
        return () -> {
            changes.close();
            outcomes.close();
            series.close();
            metrics.meters.forEach(registry::remove);
        };
    }

    /**
     * The same store, with its commits counted in {@code flags.store.commits} by outcome: {@code committed}, {@code unchanged},
     * {@code conflict}, {@code error}.
     */
    public static FlagStore commits(FlagStore store, MeterRegistry registry, Iterable<Tag> tags) {
        return new CountedStore(store, registry, Tags.of(tags));
    }

    private void registerLayers() {
        for (int i = 0; i < status.layers().size(); i++) {
            int index = i;
            Tags layer = tags.and("layer", status.layers().get(i).name());
            gauge(
                    "flags.snapshot.revision",
                    "The revision served",
                    layer,
                    now -> now.layers().get(index).revision());
            gauge(
                    "flags.source.flags",
                    "Flags defined, overridden or killed",
                    layer,
                    now -> now.layers().get(index).flags());
            gauge(
                    "flags.source.problems",
                    "What is wrong with the layer",
                    layer,
                    now -> now.layers().get(index).problems().size());
            for (FlagsStatus.State state : FlagsStatus.State.values()) {
                gauge(
                        "flags.source.state",
                        "1 for the state that the layer is in",
                        layer.and("state", state.name()),
                        now -> now.layers().get(index).state() == state ? 1 : 0);
            }
            meters.add(TimeGauge.builder(
                            "flags.snapshot.age",
                            this,
                            TimeUnit.SECONDS,
                            metrics -> age(metrics.status().layers().get(index)))
                    .description("Time since the layer's source last answered")
                    .tags(layer)
                    .strongReference(true)
                    .register(registry));
        }
    }

    private void registerMemberships() {
        lookups("known", MembershipCounts::known);
        lookups("stale", MembershipCounts::stale);
        lookups("unknown", MembershipCounts::unknown);
        meters.add(FunctionCounter.builder(
                        "flags.segment.fetch.failures",
                        flags,
                        of -> of.membershipCounts().fetchFailures())
                .description("Memberships of large segments that could not be fetched")
                .tags(tags)
                .register(registry));
        meters.add(Gauge.builder(
                        "flags.segment.cached",
                        flags,
                        of -> of.membershipCounts().cached())
                .description("Of how many users memberships of large segments are known")
                .tags(tags)
                .register(registry));
    }

    private void lookups(String result, ToDoubleFunction<MembershipCounts> count) {
        meters.add(FunctionCounter.builder(
                        "flags.segment.lookups", flags, of -> count.applyAsDouble(of.membershipCounts()))
                .description("Memberships of large segments asked for while evaluating")
                .tags(tags.and("result", result))
                .register(registry));
    }

    private void gauge(String name, String description, Tags layer, ToDoubleFunction<FlagsStatus> value) {
        // held strongly: whoever binds need not keep what bind returns
        meters.add(Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.status()))
                .description(description)
                .tags(layer)
                .strongReference(true)
                .register(registry));
    }

    private static double age(FlagsStatus.Layer layer) {
        return layer.age(Instant.now())
                .map(Duration::toMillis)
                .map(ms -> ms / 1000.0)
                .orElse(Double.NaN);
    }

    /** One status serves all gauges of a scrape. */
    private synchronized FlagsStatus status() {
        if (System.nanoTime() - statusAtNanos > FRESH_NANOS) {
            status = flags.status();
            statusAtNanos = System.nanoTime();
        }
        return status;
    }
}
