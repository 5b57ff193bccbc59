package dev.flags.store;

import dev.flags.outcomes.OutcomeStorage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A store that lives as long as this object. Optimistic: planners run without a lock on an immutable state, and the append
 * goes through only if that is still the state. Safe for use by multiple threads.
 */
final class InMemoryStorage implements Storage {
    private final String environment;
    private final Clock clock;
    private final Object lock = new Object();
    private final InMemoryOutcomes outcomes;
    private final InMemoryControllerRecords controllerRecords;
    private final InMemoryMembers members = new InMemoryMembers();

    // both guarded by lock
    private final InMemoryLog log = new InMemoryLog();
    private State state;

    InMemoryStorage(String environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
        this.outcomes = new InMemoryOutcomes(clock);
        this.controllerRecords = new InMemoryControllerRecords(clock);
        this.state = new State(new Head(UUID.randomUUID().toString(), 0, AuditChain.ROOT), Map.of(), Map.of(), null);
    }

    /** What there is at one head. Immutable; maps are copied for each commit, which is cheap enough at this size. */
    private record State(
            Head head,
            Map<String, StoredFlag> flags,
            Map<String, StoredSegment> segments,
            @Nullable String settings) {

        State with(Append append) {
            Map<String, StoredFlag> nextFlags = new LinkedHashMap<>(append.replacing() ? Map.of() : flags);
            append.flags().forEach(flag -> nextFlags.put(flag.key(), flag));
            Map<String, StoredSegment> nextSegments = new LinkedHashMap<>(append.replacing() ? Map.of() : segments);
            append.segments().forEach(segment -> nextSegments.put(segment.name(), segment));
            return new State(
                    append.head(),
                    Collections.unmodifiableMap(nextFlags),
                    Collections.unmodifiableMap(nextSegments),
                    append.settings() == null ? settings : append.settings());
        }
    }

    @Override
    public String location() {
        return "memory:" + environment;
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public String environment() {
        return environment;
    }

    @Override
    public Head head() {
        return current().head();
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public StoredState load() {
        State now = current();
        return new StoredState(
                environment,
                now.head(),
                List.copyOf(new TreeMap<>(now.flags()).values()),
                List.copyOf(new TreeMap<>(now.segments()).values()),
                now.settings());
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        return current().flags().get(key);
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        synchronized (lock) {
            return log.after(revision, limit);
        }
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        synchronized (lock) {
            return log.before(revision, limit, touching);
        }
    }

    @Override
    public Attempted attempt(Planner planner) {
        State planned = current();
        Append append = planner.plan(new ViewOf(planned));
        if (append == null) {
            return new Attempted.Done();
        }
        synchronized (lock) {
            if (!state.head().equals(planned.head())) {
                return new Attempted.HeadMoved();
            }
            if (!append.replacing()
                    && append.entry().revision() != planned.head().revision() + 1) {
                throw new IllegalStateException("entry " + append.entry().revision() + " does not follow on revision "
                        + planned.head().revision());
            }
            log.append(append.entry(), append.keys());
            state = planned.with(append);
            lock.notifyAll();
            return new Attempted.Done();
        }
    }

    @Override
    public Optional<OutcomeStorage> outcomes() {
        return Optional.of(outcomes);
    }

    @Override
    public Optional<ControllerRecords> controllerRecords() {
        return Optional.of(controllerRecords);
    }

    @Override
    public Feed feed() {
        return new Waiting();
    }

    @Override
    public Optional<SegmentMembers> members() {
        return Optional.of(members);
    }

    @Override
    public void removeEntries(long through) {
        synchronized (lock) {
            log.removeThrough(through);
        }
    }

    @Override
    public void close() {
        // nothing is held outside this object, and several stores may share it
    }

    /**
     * A second store with the same history up to a revision, as a failover that lost commits leaves it; for tests. The flags
     * are rebuilt from the log.
     */
    InMemoryStorage rewoundTo(long revision) {
        InMemoryStorage copy = new InMemoryStorage(environment, clock);
        synchronized (lock) {
            copy.state = new State(new Head(state.head().epoch(), 0, AuditChain.ROOT), Map.of(), Map.of(), null);
            for (InMemoryLog.Logged logged : log.through(revision)) {
                copy.log.append(logged.entry(), logged.touched());
                FollowedEntry entry = FollowedEntry.read(logged.entry());
                copy.state = copy.state.with(new Append(
                        state.head().epoch(),
                        logged.entry(),
                        logged.touched(),
                        entry.flags().stream().map(FollowedEntry.After::stored).toList(),
                        entry.segments(),
                        entry.settings(),
                        false));
            }
        }
        return copy;
    }

    private State current() {
        synchronized (lock) {
            return state;
        }
    }

    /** Waits on the lock that commits notify. */
    private final class Waiting implements Feed {
        private boolean closed; // guarded by lock

        @Override
        public Head head() {
            return InMemoryStorage.this.head();
        }

        @Override
        public StoredState load() {
            return InMemoryStorage.this.load();
        }

        @Override
        public List<StoredEntry> entriesAfter(long revision, int limit) {
            return InMemoryStorage.this.entriesAfter(revision, limit);
        }

        @Override
        public Awaited await(Head known, Duration atMost) throws InterruptedException {
            long deadline = System.nanoTime() + atMost.toNanos();
            synchronized (lock) {
                while (state.head().equals(known)) {
                    long left = (deadline - System.nanoTime()) / 1_000_000;
                    if (left <= 0 || closed) {
                        return new Awaited.Unchanged();
                    }
                    lock.wait(left);
                }
                return new Awaited.Moved();
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                closed = true;
                lock.notifyAll();
            }
        }
    }

    private final class ViewOf implements View {
        private final State planned;

        ViewOf(State planned) {
            this.planned = planned;
        }

        @Override
        public Head head() {
            return planned.head();
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public @Nullable StoredFlag flag(String key) {
            return planned.flags().get(key);
        }

        @Override
        public List<StoredFlag> flags() {
            return List.copyOf(new TreeMap<>(planned.flags()).values());
        }

        @Override
        public List<StoredSegment> segments() {
            return List.copyOf(new TreeMap<>(planned.segments()).values());
        }

        @Override
        public @Nullable String settings() {
            return planned.settings();
        }

        @Override
        public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
            return InMemoryStorage.this.entriesBefore(
                    Math.min(revision, planned.head().revision() + 1), limit, touching);
        }
    }
}
