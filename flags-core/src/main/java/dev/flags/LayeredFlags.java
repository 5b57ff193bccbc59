package dev.flags;

import dev.flags.FlagsStatus.State;
import dev.flags.evaluation.Snapshot;
import dev.flags.model.Problem;
import dev.flags.outcomes.BreakerPolicy;
import dev.flags.outcomes.OutcomeRecorder;
import dev.flags.outcomes.OutcomeSink;
import dev.flags.outcomes.Outcomes;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Flags} over layers that are followed. The sources' threads come in through {@link FollowedLayer}, recompile under this
 * object's lock and swap the snapshot; evaluating threads read the snapshot and never meet the lock. Safe for use by multiple
 * threads.
 */
final class LayeredFlags extends SnapshotDecisions implements Flags {
    private final String environment;
    private final FollowOptions options;
    private final List<FlagsBuilder.LayerSource> sources;
    private final FollowedLayers layers;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final CopyOnWriteArrayList<Listening> listeners = new CopyOnWriteArrayList<>();
    private final BackgroundTasks background;

    // guarded by this
    private boolean closed;
    private List<Problem> compileProblems = List.of();

    /** The thread that builds: the first load of a layer in memory is not worth starting a logging system for. */
    private volatile @Nullable Thread building;

    private record Listening(Consumer<FlagsChanged> listener, Object identity) {}

    LayeredFlags(
            String environment,
            List<FlagsBuilder.LayerSource> sources,
            FollowOptions options,
            MembershipCache.MembershipOptions keeping,
            BreakerPolicy breaker,
            LongSupplier nanos) {
        this(environment, sources, options, keeping, breaker, nanos, new BackgroundTasks());
    }

    private LayeredFlags(
            String environment,
            List<FlagsBuilder.LayerSource> sources,
            FollowOptions options,
            MembershipCache.MembershipOptions keeping,
            BreakerPolicy breaker,
            LongSupplier nanos,
            BackgroundTasks background) {
        super(new SubjectDecisions(
                new SubjectDecisions.Evaluating(
                        new Notices(background),
                        new OutcomeRecorder(nanos, options.clock(), breaker, background::submit)),
                null));
        this.environment = environment;
        this.options = options;
        this.sources = sources;
        this.background = background;
        this.layers = new FollowedLayers(sources, keeping, this);
        keepOutcomes();
    }

    /** The first layer that keeps outcomes gets those of the flags that it defines. */
    private void keepOutcomes() {
        for (int i = 0; i < sources.size(); i++) {
            Optional<? extends OutcomeSink> sink = sources.get(i).source().outcomes();
            if (sink.isPresent()) {
                decisions.evaluating.outcomes().keep(layers.get(i).name, sink.get());
                return;
            }
        }
    }

    void start(StartupPolicy policy) {
        building = Thread.currentThread();
        try {
            if (sources.isEmpty()) {
                synchronized (this) {
                    recompile(Set.of());
                }
            }
            for (int i = 0; i < sources.size(); i++) {
                FlagSource source = sources.get(i).source();
                Subscription subscription = source.follow(options, layers.get(i));
                subscriptions.add(subscription);
            }
            awaitFirstLoad(policy);
        } finally {
            building = null;
        }
    }

    private void awaitFirstLoad(StartupPolicy policy) {
        if (policy.time().isZero() && !policy.isFailing()) {
            return;
        }
        try {
            if (await(policy.time(), false)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String missing;
        synchronized (this) {
            missing = layers.notLoaded();
        }
        if (policy.isFailing()) {
            throw new FlagsException(
                    "flags of environment '" + environment + "' cannot start: nothing was loaded within "
                            + policy.time().toMillis() + " ms from " + missing);
        }
        background.submit(() -> Logs.RUNTIME.warn(
                "flags [{}]: carrying on although nothing was loaded within {} ms from {}; layers below and the callers'"
                        + " defaults are served meanwhile",
                environment,
                policy.time().toMillis(),
                missing));
    }

    /** Compiles what the layers say now; called under the lock. */
    void recompile(Set<String> changed) {
        List<Snapshot.Layer> contents = layers.toCompile();
        Snapshot before = decisions.snapshot();
        Snapshot after;
        try {
            after = before == null
                    ? Snapshot.compile(contents, decisions.evaluating.counting().counters)
                    : before.recompile(contents, compileProblems.isEmpty() ? changed : Set.of());
        } catch (RuntimeException | StackOverflowError e) {
            // a defect in here; what was compiled before goes on being served, and the next change tries it all again
            compileProblems = List.of(new Problem("snapshot", "cannot be compiled: " + e));
            background.submit(() -> Logs.RUNTIME.error("flags [{}]: the snapshot cannot be compiled", environment, e));
            return;
        }
        compileProblems = List.of();
        decisions.serve(after);
        if (!after.changed().isEmpty() && !listeners.isEmpty()) {
            FlagsChanged event = new FlagsChanged(after.revision(), after.changed());
            for (Listening listening : listeners) {
                background.submit(() -> tell(listening, event));
            }
        }
    }

    private void tell(Listening listening, FlagsChanged event) {
        if (listeners.contains(listening)) {
            listening.listener().accept(event);
        }
    }

    /**
     * One line for each transition, on the thread of the source that caused it.
     *
     * @param fromDocument whether the problems are those of a document: of these only the place is logged, because their messages
     *     quote what stands there
     */
    void logTransition(FollowedLayer layer, State after, List<Problem> problems, boolean fromDocument) {
        boolean firstOfMemory = after == State.READY && Thread.currentThread() == building;
        if (problems.isEmpty() && firstOfMemory) {
            return;
        }
        FlagsStatus.Layer now;
        synchronized (this) {
            now = layer.status(after, List.of());
        }
        if (after == State.READY && problems.isEmpty()) {
            Logs.RUNTIME.info(
                    "flags [{}]: layer {} is READY at revision {} with {} flags",
                    environment,
                    layer.name,
                    now.revision(),
                    now.flags());
            return;
        }
        String problem = "";
        if (!problems.isEmpty()) {
            Problem first = problems.get(0);
            problem = "; " + Logs.printable(fromDocument ? first.path() + " is malformed" : first.toString(), 500);
        }
        String more = problems.size() > 1 ? " (and " + (problems.size() - 1) + " more, see status())" : "";
        Logs.RUNTIME.warn("flags [{}]: layer {} is {}{}{}", environment, layer.name, after, problem, more);
    }

    @Override
    public FlagDecisions pin() {
        return new SnapshotDecisions(decisions.pinned());
    }

    @Override
    public Subscription onChange(Consumer<FlagsChanged> listener) {
        Listening listening = new Listening(listener, new Object());
        listeners.add(listening);
        return () -> listeners.remove(listening);
    }

    @Override
    public synchronized FlagsStatus status() {
        Snapshot current = decisions.snapshot();
        List<Problem> together = new ArrayList<>(compileProblems);
        if (current != null) {
            together.addAll(current.problems());
        }
        return layers.status(closed, together);
    }

    @Override
    public List<DecisionCount> decisionCounts() {
        return decisions.evaluating.counting().counters.counts();
    }

    @Override
    public Outcomes outcomes() {
        return decisions.evaluating.outcomes();
    }

    @Override
    public MembershipCounts membershipCounts() {
        return layers.membershipCounts();
    }

    @Override
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return await(timeout, true);
    }

    /**
     * @param fromSources whether each source must have been loaded itself; otherwise a saved snapshot will do
     */
    private synchronized boolean await(Duration timeout, boolean fromSources) throws InterruptedException {
        long start = System.nanoTime();
        // unlike toNanos(), this takes what lasts for ever
        long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
        while (!layers.areLoaded(fromSources)) {
            long left = nanos - (System.nanoTime() - start);
            if (closed || left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        // before the sources, which rows go through
        decisions.evaluating.outcomes().close();
        // outside the lock: a source's thread may be waiting for it
        for (Subscription subscription : subscriptions) {
            closeContained(subscription);
        }
        layers.closeMemberships();
        for (FlagsBuilder.LayerSource layer : sources) {
            if (layer.owned()) {
                closeContained(layer.source());
            }
        }
        background.close();
    }

    private static void closeContained(AutoCloseable closing) {
        try {
            closing.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            Logs.RUNTIME.warn("a source of flags failed to close", e);
        }
    }
}
