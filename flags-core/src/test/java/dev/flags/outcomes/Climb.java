package dev.flags.outcomes;

import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.StartupPolicy;
import dev.flags.Subscription;
import dev.flags.evaluation.AttributeReader;
import dev.flags.evaluation.CompiledFlag;
import dev.flags.evaluation.DecisionCounters;
import dev.flags.evaluation.Snapshot;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import dev.flags.source.SourceListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A layer with one flag whose rollout a test moves, which keeps the rows; and the time, which a test moves too. */
final class Climb implements FlagSource, OutcomeSink {
    static final String KEY = "atomic-projects";
    static final Instant BEGIN = Instant.parse("2026-11-21T12:00:00Z");

    final AtomicLong nanos = new AtomicLong(1);
    private final List<OutcomeRow> rows = new ArrayList<>();
    private volatile boolean away;
    private volatile Instant origin = BEGIN;
    private @Nullable SourceListener listener;
    private @Nullable OutcomeRecorder recorder;
    private @Nullable OutcomeReporter reporter;
    private @Nullable Snapshot snapshot;
    private final DecisionCounters counters = new DecisionCounters();
    private long revision;

    /** Which attempts to keep rows there were, by the rows' JSON. */
    final List<String> puts = new ArrayList<>();

    static RolloutRun run(String id, RolloutRun.State state, Map<String, Object> extra) {
        return new RolloutRun(
                id,
                state,
                0,
                List.of(new RolloutRun.Stage(Percentage.of(50), Duration.ofMinutes(15))),
                BEGIN,
                "test",
                Percentage.ZERO,
                false,
                extra);
    }

    static RolloutRun run() {
        return run("run-1", RolloutRun.State.RUNNING, Map.of());
    }

    void serve(int percent, @Nullable RolloutRun run) {
        FlagDefinition flag =
                FlagDefinition.builder(KEY).percentage(Percentage.of(percent)).build();
        revision++;
        LayerFlag said = new LayerFlag(
                Optional.of(flag), Optional.empty(), Optional.empty(), false, revision, Optional.ofNullable(run));
        LayerContent content = new LayerContent(revision, Map.of(KEY, said), Map.of(), false, Set.of(), List.of());
        if (listener != null) {
            listener.loaded(content, FlagsStatus.State.READY, BEGIN);
        }
        if (recorder != null) {
            snapshot = Snapshot.compile(List.of(new Snapshot.Layer(name(), content)), counters);
            recorder.served(snapshot);
        }
    }

    /** Whole flags over this layer, with this process' clock and a thread that reports. */
    Flags flags() {
        return Flags.builder().layer(this).startup(StartupPolicy.dontWait()).build();
    }

    /** A recorder whose time only moves by {@link #pass}, and which reports only when it is told to. */
    OutcomeRecorder recorder(BreakerPolicy policy) {
        OutcomeRecorder made =
                new OutcomeRecorder(nanos::get, Clock.fixed(BEGIN, ZoneOffset.UTC), policy, Runnable::run);
        OutcomeReporter reporter = made.reporter(this);
        made.keep(name(), reporter, Optional.empty());
        recorder = made;
        this.reporter = reporter;
        reporter.tick();
        return made;
    }

    OutcomeRecorder recorder() {
        return Objects.requireNonNull(recorder);
    }

    OutcomeReporter reporter() {
        return Objects.requireNonNull(reporter);
    }

    /** What {@code Flags} does with a user. */
    Choosing choose(String user) {
        return choose(null, user);
    }

    Choosing choose(@Nullable Choice choice, @Nullable String user) {
        return choose(Objects.requireNonNull(snapshot), choice, user);
    }

    Choosing choose(Snapshot from, @Nullable Choice choice, @Nullable String user) {
        return new Choosing(
                (key, targetingKey, subject, attributes) -> {
                    CompiledFlag flag = Objects.requireNonNull(from.flag(key));
                    return recorder().route(flag, flag.evaluate(targetingKey, subject, attributes));
                },
                KEY,
                choice,
                user,
                null,
                AttributeReader.OF_CONTEXT);
    }

    Snapshot snapshot() {
        return Objects.requireNonNull(snapshot);
    }

    /** The window is over. */
    void nextWindow() {
        pass(OutcomeRow.WINDOW);
        reporter().tick();
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** Sets the store's clock; the process' own goes on. */
    void set(Instant now) {
        origin = now.minusNanos(nanos.get());
    }

    synchronized void away(boolean isAway) {
        away = isAway;
    }

    @Override
    public String name() {
        return "climb";
    }

    @Override
    public Subscription follow(FollowOptions options, SourceListener told) {
        listener = told;
        return () -> {};
    }

    @Override
    public Optional<OutcomeSink> outcomes() {
        return Optional.of(this);
    }

    @Override
    public Instant now() {
        if (away) {
            throw new IllegalStateException("away");
        }
        return origin.plusNanos(nanos.get());
    }

    @Override
    public synchronized void put(List<OutcomeRow> more) {
        more.forEach(row -> puts.add(row.toJson()));
        if (away) {
            throw new IllegalStateException("away");
        }
        rows.addAll(more);
    }

    /** What is kept, each row once. */
    synchronized List<OutcomeRow> rows() {
        Map<String, OutcomeRow> kept = new LinkedHashMap<>();
        for (OutcomeRow row : rows) {
            kept.put(row.run() + row.instance() + row.percentage() + row.window(), row);
        }
        return List.copyOf(kept.values());
    }

    @Override
    public void close() {
        // holds nothing
    }
}
