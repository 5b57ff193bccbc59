package dev.flags.outcomes;

import dev.flags.Reason;
import dev.flags.Subscription;
import dev.flags.evaluation.CompiledFlag;
import dev.flags.evaluation.Outcome;
import dev.flags.evaluation.Snapshot;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All outcomes of one {@link dev.flags.Flags}: knows each flag's and hands rows to whoever keeps them. For the implementation of {@code
 * Flags}; applications see it as {@link Outcomes}.
 *
 * <p>Safe for use by multiple threads.
 */
public final class OutcomeRecorder implements Outcomes, AutoCloseable {
    /** Further flags are decided and not counted. */
    private static final int MAX_FLAGS = 10_000;

    private final LongSupplier nanos;
    private final Clock clock;
    private final BreakerPolicy policy;
    private final Executor background;
    private final ConcurrentMap<String, FlagOutcomes> flags = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Listening> listeners = new CopyOnWriteArrayList<>();

    private volatile @Nullable Snapshot served;
    private volatile @Nullable Keeper keeper;
    private volatile boolean closed;

    private record Listening(Consumer<BreakerStatus> listener, Object identity) {}

    /** Who keeps the rows of flags that one layer defines. */
    private record Keeper(String layer, OutcomeReporter reporter, Optional<ReporterThread> thread) {}

    /**
     * A recorder that keeps no rows yet.
     *
     * @param nanos this process' monotonic clock
     * @param clock this process' clock, until the store has told its own
     * @param background runs log lines and listeners, one at a time
     */
    public OutcomeRecorder(LongSupplier nanos, Clock clock, BreakerPolicy policy, Executor background) {
        this.nanos = nanos;
        this.clock = clock;
        this.policy = policy;
        this.background = background;
    }

    /** From now on rows of the flags that this layer defines go there, from a background thread that starts with the first. */
    public void keep(String layer, OutcomeSink sink) {
        OutcomeReporter reporter = reporter(sink);
        keep(layer, reporter, Optional.of(new ReporterThread(reporter)));
    }

    OutcomeReporter reporter(OutcomeSink sink) {
        return new OutcomeReporter(flags.values(), sink, nanos, clock);
    }

    /**
     * As {@link #keep(String, OutcomeSink)}.
     *
     * @param thread empty where a test asks the reporter itself
     */
    void keep(String layer, OutcomeReporter reporter, Optional<ReporterThread> thread) {
        keeper = new Keeper(layer, reporter, thread);
    }

    /** Is told of each snapshot before a decision comes from it, or very soon after. */
    public void served(Snapshot snapshot) {
        served = snapshot;
        for (FlagOutcomes flag : flags.values()) {
            follow(flag, snapshot);
        }
    }

    private void follow(FlagOutcomes flag, Snapshot snapshot) {
        CompiledFlag now = snapshot.flag(flag.key);
        flag.follow(now, now != null && isKept(now));
    }

    private boolean isKept(CompiledFlag flag) {
        Keeper known = closed ? null : keeper;
        if (known == null || flag.rollout() == null || !known.layer().equals(flag.layer())) {
            return false;
        }
        known.thread().ifPresent(ReporterThread::start);
        return true;
    }

    /** The route of a call by a flag that no layer knows. */
    public static Route unknown() {
        return Route.UNKNOWN;
    }

    /**
     * The route of a call by a flag that has been evaluated.
     *
     * @param form what was evaluated
     * @param outcome how it came out
     */
    public Route route(CompiledFlag form, Outcome outcome) {
        return outcome.companion() instanceof Route known && known.isCurrent() ? known : found(form, outcome);
    }

    private Route found(CompiledFlag form, Outcome outcome) {
        FlagOutcomes known = flags.get(form.key());
        if (known == null) {
            known = added(form.key());
            if (known == null) {
                return outcome.on() ? Route.UNCOUNTED : Route.UNKNOWN;
            }
        }
        Keeper kept = closed ? null : keeper;
        boolean compared = outcome.reason() == Reason.PERCENTAGE || outcome.reason() == Reason.SPLIT;
        Route route = known.route(form, outcome.on(), compared, kept == null ? null : kept.layer());
        if (route.isCurrent()) {
            outcome.accompany(route);
        }
        return route;
    }

    private @Nullable FlagOutcomes added(String key) {
        if (flags.size() >= MAX_FLAGS) {
            return null;
        }
        FlagOutcomes made = new FlagOutcomes(key, nanos, policy, new FlagOutcomes.BreakerChanges() {
            @Override
            public void changed() {
                breakerChanged(key, OutcomeLogs::breaker);
            }

            @Override
            public void begunAnew() {
                breakerChanged(key, OutcomeLogs::breakerBegunAnew);
            }
        });
        FlagOutcomes before = flags.putIfAbsent(key, made);
        if (before != null) {
            return before;
        }
        // a snapshot that is served this moment is followed here or by served(), which looks at the map after it is set
        Snapshot now = served;
        if (now != null) {
            follow(made, now);
        }
        return made;
    }

    private void breakerChanged(String key, Consumer<BreakerStatus> log) {
        FlagOutcomes flag = flags.get(key);
        if (flag == null) {
            return;
        }
        BreakerStatus status = flag.breaker();
        background.execute(() -> log.accept(status));
        for (Listening listening : listeners) {
            background.execute(() -> {
                if (listeners.contains(listening)) {
                    listening.listener().accept(status);
                }
            });
        }
    }

    @Override
    public List<FlagCalls> calls() {
        return flags.values().stream()
                .map(FlagOutcomes::calls)
                .sorted(Comparator.comparing(FlagCalls::flag))
                .toList();
    }

    @Override
    public List<BreakerStatus> breakers() {
        return flags.values().stream()
                .map(FlagOutcomes::breaker)
                .sorted(Comparator.comparing(BreakerStatus::flag))
                .toList();
    }

    @Override
    public Subscription onBreakerChange(Consumer<BreakerStatus> listener) {
        Listening listening = new Listening(listener, new Object());
        listeners.add(listening);
        return () -> listeners.remove(listening);
    }

    @Override
    public Reporting reporting() {
        Keeper known = keeper;
        return known == null
                ? new Reporting(0, 0, 0, Optional.empty())
                : known.reporter().reporting();
    }

    /** Hands over what there is, for at most 2 s, and ends the thread. Calls go on being counted, for {@link #calls()} only. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Keeper known = keeper;
        if (known != null) {
            known.thread().ifPresentOrElse(ReporterThread::close, known.reporter()::flush);
            flags.values().forEach(flag -> flag.follow(null, false));
        }
    }
}
