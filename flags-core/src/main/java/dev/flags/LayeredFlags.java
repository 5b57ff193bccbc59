package dev.flags;

import dev.flags.evaluation.Snapshot;
import dev.flags.model.Problem;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Flags} that applications build: follows its layers and compiles what they say into the one snapshot that is served.
 *
 * <p>Layers tell of changes on their own threads; one lock lets them in one by one. Evaluating threads read the snapshot's volatile
 * reference and nothing else.
 */
final class LayeredFlags extends SnapshotDecisions implements Flags {
    private static final Logger log = LoggerFactory.getLogger(Flags.class);

    private final Object lock = new Object();
    private final List<Layer> layers = new ArrayList<>();
    private final FollowOptions options;
    private final List<Consumer<FlagsChanged>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Snapshot snapshot;
    private volatile boolean closed;

    LayeredFlags(List<FlagSource> sources, FollowOptions options) {
        super(new Observations());
        this.options = options;
        Set<String> names = new HashSet<>();
        for (FlagSource source : sources) {
            if (!names.add(source.name())) {
                throw new FlagsException("two layers are called '" + source.name()
                        + "'; decisions name their layer, so each needs a name of its own");
            }
            layers.add(new Layer(source));
        }
    }

    void start(StartupPolicy policy) {
        if (layers.isEmpty()) {
            snapshot = Snapshot.compile(List.of(), observations.counters);
        }
        layers.forEach(layer -> layer.following = layer.source.follow(options, layer));
        if (policy.patience().isZero() && !policy.failsFast()) {
            return;
        }
        boolean ready;
        try {
            ready = awaitReady(policy.patience());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ready = false;
        }
        if (!ready) {
            String missing = notReady();
            if (policy.failsFast()) {
                close();
                throw new FlagsException("not ready after " + policy.patience().toMillis() + " ms: " + missing);
            }
            log.warn(
                    "starting without all flags after {} ms: {}",
                    policy.patience().toMillis(),
                    missing);
        }
    }

    @Override
    @Nullable
    Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public FlagDecisions pin() {
        return new PinnedFlags(snapshot, observations);
    }

    @Override
    public Subscription onChange(Consumer<FlagsChanged> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public FlagsStatus status() {
        synchronized (lock) {
            List<FlagsStatus.Layer> statuses = new ArrayList<>();
            FlagsStatus.State worst = FlagsStatus.State.READY;
            List<Problem> compiled = snapshot == null ? List.of() : snapshot.problems();
            for (Layer layer : layers) {
                statuses.add(layer.status(compiled));
                worst = layer.state.compareTo(worst) > 0 ? layer.state : worst;
            }
            return new FlagsStatus(closed ? FlagsStatus.State.CLOSED : worst, statuses);
        }
    }

    @Override
    public List<DecisionCount> decisionCounts() {
        return observations.counters.counts();
    }

    @Override
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lock) {
            while (!notReady().isEmpty() && !closed) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                lock.wait(millis);
            }
            return !closed;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            lock.notifyAll();
        }
        // outside the lock: a source may wait for its thread, which may be telling of a change
        for (Layer layer : layers) {
            Subscription following = layer.following;
            if (following != null) {
                following.close();
            }
        }
        observations.background.close();
    }

    /** The layers that were not loaded from their source yet, and why; empty when all were. */
    private String notReady() {
        List<String> missing = new ArrayList<>();
        synchronized (lock) {
            for (Layer layer : layers) {
                if (layer.state != FlagsStatus.State.READY && layer.state != FlagsStatus.State.REWOUND) {
                    missing.add(layer.source.name() + " is " + layer.state
                            + (layer.problems.isEmpty() ? "" : " (" + layer.problems.get(0) + ")"));
                }
            }
        }
        return String.join(", ", missing);
    }

    /** Compiles what differs and serves it. Holds the lock. */
    private void serve(Set<String> changed) {
        List<Snapshot.Layer> contents = new ArrayList<>();
        for (Layer layer : layers) {
            contents.add(new Snapshot.Layer(layer.source.name(), layer.content));
        }
        Snapshot before = snapshot;
        Snapshot next = before == null
                ? Snapshot.compile(contents, observations.counters)
                : before.recompile(contents, changed);
        snapshot = next;
        if (!listeners.isEmpty() && !next.changed().isEmpty()) {
            FlagsChanged event = new FlagsChanged(next.revision(), next.changed());
            listeners.forEach(listener -> observations.background.run(() -> listener.accept(event)));
        }
    }

    /** One layer, and what its source last said. */
    private final class Layer implements SourceListener {
        private final FlagSource source;
        private volatile @Nullable Subscription following;

        // guarded by lock
        private LayerContent content = LayerContent.empty();
        private FlagsStatus.State state = FlagsStatus.State.NOT_READY;
        private List<Problem> problems = List.of();
        private @Nullable Instant lastContact;

        Layer(FlagSource source) {
            this.source = source;
        }

        @Override
        public void loaded(LayerContent loaded, FlagsStatus.State nowIn, Instant contact) {
            synchronized (lock) {
                if (closed) {
                    return;
                }
                // nothing was handed on before the first content, so it cannot be a change of a part
                Set<String> changed = lastContact == null ? Set.of() : loaded.changed();
                content = loaded;
                state = nowIn;
                problems = List.of();
                lastContact = contact;
                serve(changed);
                lock.notifyAll();
            }
        }

        @Override
        public void unchanged(Instant contact) {
            synchronized (lock) {
                lastContact = contact;
            }
        }

        @Override
        public void state(FlagsStatus.State nowIn, List<Problem> why) {
            synchronized (lock) {
                state = nowIn;
                problems = List.copyOf(why);
                lock.notifyAll();
            }
        }

        FlagsStatus.Layer status(List<Problem> compiled) {
            List<Problem> all = new ArrayList<>(problems);
            all.addAll(content.problems());
            compiled.stream().filter(this::isMine).forEach(all::add);
            return new FlagsStatus.Layer(
                    source.name(),
                    state,
                    content.revision(),
                    Optional.ofNullable(lastContact),
                    content.flags().size(),
                    all);
        }

        /** Whether a problem that showed when layers were put together belongs to the first layer that has the flag or segment. */
        private boolean isMine(Problem problem) {
            String path = problem.path();
            int end = 0;
            while (end < path.length() && path.charAt(end) != '/' && path.charAt(end) != '#') {
                end++;
            }
            String key = path.substring(0, end);
            for (Layer layer : layers) {
                if (layer.content.flags().containsKey(key)
                        || layer.content.segments().containsKey(key)) {
                    return layer == this;
                }
            }
            return this == layers.get(0);
        }
    }
}
