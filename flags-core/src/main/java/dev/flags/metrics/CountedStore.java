package dev.flags.metrics;

import dev.flags.Subscription;
import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.ControllerRecords;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.Finding;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.SegmentMembers;
import dev.flags.store.StoredState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A store of which the commits are counted by outcome. */
final class CountedStore implements FlagStore {
    private final FlagStore store;
    private final Counter committed;
    private final Counter unchanged;
    private final Counter conflicts;
    private final Counter errors;

    CountedStore(FlagStore store, MeterRegistry registry, Tags tags) {
        this.store = store;
        this.committed = counter(registry, tags, "committed");
        this.unchanged = counter(registry, tags, "unchanged");
        this.conflicts = counter(registry, tags, "conflict");
        this.errors = counter(registry, tags, "error");
    }

    private static Counter counter(MeterRegistry registry, Tags tags, String outcome) {
        return Counter.builder("flags.store.commits")
                .description("Commits tried, by outcome")
                .tags(tags)
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public CommitOutcome commit(Commit commit) {
        CommitOutcome outcome;
        try {
            outcome = store.commit(commit);
        } catch (RuntimeException | Error e) {
            errors.increment();
            throw e;
        }
        if (outcome instanceof CommitOutcome.Committed) {
            committed.increment();
        } else if (outcome instanceof CommitOutcome.Unchanged) {
            unchanged.increment();
        } else {
            conflicts.increment();
        }
        return outcome;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public Subscription follow(FollowOptions options, SourceListener listener) {
        return store.follow(options, listener);
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public String environment() {
        return store.environment();
    }

    @Override
    public Head head() {
        return store.head();
    }

    @Override
    public Instant now() {
        return store.now();
    }

    @Override
    public FlagState flag(String key) {
        return store.flag(key);
    }

    @Override
    public List<FlagState> flags() {
        return store.flags();
    }

    @Override
    public Map<String, Segment> segments() {
        return store.segments();
    }

    @Override
    public EnvironmentSettings settings() {
        return store.settings();
    }

    @Override
    public StoredState load() {
        return store.load();
    }

    @Override
    public List<AuditEntry> history(Optional<String> key, long belowRevision, int limit) {
        return store.history(key, belowRevision, limit);
    }

    @Override
    public List<AuditEntry> entriesAfter(long revision, int limit) {
        return store.entriesAfter(revision, limit);
    }

    @Override
    public Optional<ControllerRecords> controllerRecords() {
        return store.controllerRecords();
    }

    @Override
    public Optional<OutcomeStorage> outcomes() {
        return store.outcomes();
    }

    @Override
    public Optional<SegmentMembers> members() {
        return store.members();
    }

    @Override
    public ChainReport verify() {
        return store.verify();
    }

    @Override
    public List<String> environments() {
        return store.environments();
    }

    @Override
    public List<Finding> examine() {
        return store.examine();
    }

    @Override
    public void removeEntries(long through) {
        store.removeEntries(through);
    }

    @Override
    public void close() {
        store.close();
    }
}
