package dev.flags.metrics;

import dev.flags.Flags;
import dev.flags.Subscription;
import dev.flags.outcomes.BreakerStatus;
import dev.flags.outcomes.FlagCalls;
import dev.flags.outcomes.Outcomes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What the calls of flags came to: at most seven series for each of the first flags that were chosen by, and none for the rest. Safe for
 * use by multiple threads.
 */
final class OutcomeSeries implements Subscription {
    static final int MAX_FLAGS = 300;

    private final Outcomes outcomes;
    private final MeterRegistry registry;
    private final Tags tags;

    // guarded by this
    private final Map<String, Flag> flags = new HashMap<>();
    private final List<Meter> meters = new ArrayList<>();
    private boolean closed;
    private long readAtNanos;

    /** What the meters of one flag read; replaced when it is old. */
    private static final class Flag {
        volatile FlagCalls calls;
        volatile boolean open;

        Flag(FlagCalls calls) {
            this.calls = calls;
        }
    }

    OutcomeSeries(Flags flags, MeterRegistry registry, Tags tags) {
        this.outcomes = flags.outcomes();
        this.registry = registry;
        this.tags = tags;
        gauge("flags.outcomes.waiting", "Rows of outcomes that wait for the store", r -> r.waiting());
        meters.add(FunctionCounter.builder("flags.outcomes.lost", outcomes, o -> fresh().lost())
                .description("Rows of outcomes that were given up")
                .tags(tags)
                .register(registry));
    }

    private void gauge(String name, String description, Function<Outcomes.Reporting, Number> value) {
        meters.add(
                Gauge.builder(name, this, series -> value.apply(series.fresh()).doubleValue())
                        .description(description)
                        .tags(tags)
                        .strongReference(true)
                        .register(registry));
    }

    /** A scrape reads this gauge too, and so finds the flags that were chosen by since. */
    private Outcomes.Reporting fresh() {
        refresh();
        return outcomes.reporting();
    }

    /** Reads the sums, and registers the meters of flags that are new. */
    synchronized void refresh() {
        if (closed || (readAtNanos != 0 && System.nanoTime() - readAtNanos < FlagsMetrics.FRESH_NANOS)) {
            return;
        }
        readAtNanos = System.nanoTime();
        for (FlagCalls calls : outcomes.calls()) {
            Flag flag = flags.get(calls.flag());
            if (flag != null) {
                flag.calls = calls;
            } else if (flags.size() < MAX_FLAGS) {
                flags.put(calls.flag(), registered(calls));
            }
        }
        for (BreakerStatus breaker : outcomes.breakers()) {
            Flag flag = flags.get(breaker.flag());
            if (flag != null) {
                flag.open = breaker.state() != BreakerStatus.State.CLOSED;
            }
        }
    }

    private Flag registered(FlagCalls calls) {
        Flag flag = new Flag(calls);
        Tags own = tags.and("feature_flag.key", calls.flag());
        arm(flag, own.and("arm", "treatment"), FlagCalls::treatment);
        arm(flag, own.and("arm", "control"), FlagCalls::control);
        counter(
                flag,
                own,
                "flags.calls.fallbacks",
                "Calls that the old path answered after the new one failed",
                FlagCalls::fallbacks);
        counter(flag, own, "flags.calls.diverted", "Calls that an open breaker sent the old path", FlagCalls::diverted);
        meters.add(Gauge.builder("flags.breaker.open", flag, read(f -> f.open ? 1.0 : 0.0))
                .description("1 while this process keeps itself from the flag's new path")
                .tags(own)
                .strongReference(true)
                .register(registry));
        return flag;
    }

    private void arm(Flag flag, Tags own, Function<FlagCalls, FlagCalls.Arm> arm) {
        timer(
                flag,
                own.and("outcome", "success"),
                f -> arm.apply(f.calls).succeeded(),
                f -> arm.apply(f.calls).succeededTime().toNanos());
        timer(
                flag,
                own.and("outcome", "failure"),
                f -> arm.apply(f.calls).failed(),
                f -> arm.apply(f.calls).failedTime().toNanos());
    }

    private void timer(Flag flag, Tags own, Function<Flag, Long> count, Function<Flag, Long> nanos) {
        meters.add(FunctionTimer.builder(
                        "flags.calls",
                        flag,
                        f -> {
                            refresh();
                            return count.apply(f);
                        },
                        f -> nanos.apply(f),
                        TimeUnit.NANOSECONDS)
                .description("Calls by flag, arm and outcome")
                .tags(own)
                .register(registry));
    }

    private void counter(Flag flag, Tags own, String name, String description, Function<FlagCalls, Long> count) {
        meters.add(FunctionCounter.builder(name, flag, read(f -> count.apply(f.calls)))
                .description(description)
                .tags(own)
                .register(registry));
    }

    private ToDoubleFunction<Flag> read(Function<Flag, ? extends Number> value) {
        return flag -> {
            refresh();
            return value.apply(flag).doubleValue();
        };
    }

    @Override
    public synchronized void close() {
        closed = true;
        meters.forEach(registry::remove);
    }
}
