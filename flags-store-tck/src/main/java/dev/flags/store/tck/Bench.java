package dev.flags.store.tck;

import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Percentage;
import dev.flags.source.FollowOptions;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.CommitOutcome.Committed;
import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.FlagStore;
import dev.flags.store.Storage;
import dev.flags.store.StorageFlagStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;

/** What the tests of one method work with: stores on one fixture, closed at the end, and the few commits that they make. */
final class Bench implements AutoCloseable {
    static final String ENVIRONMENT = "production";
    static final Actor ADA = new Actor("ada", "ada-os", "host-1");
    static final FollowOptions QUICKLY =
            new FollowOptions(Optional.empty(), Duration.ofDays(7), Duration.ofMillis(20), Clock.systemUTC());

    /** A lease that no test outlasts. */
    static final Duration LONG = Duration.ofMinutes(30);

    private final StoreFixture fixture;
    private final List<Runnable> opened = new ArrayList<>();

    Bench(StoreFixture fixture) {
        this.fixture = fixture;
    }

    StoreFixture fixture() {
        return fixture;
    }

    /** For tests that start other processes; the others are left out where nobody else can get at the store. */
    StoreFixture.SharedStore sharedStore() {
        return fixture.sharedBetweenProcesses()
                .orElseGet(() -> Assumptions.abort("this store declares that it lives in one process"));
    }

    Storage storage() {
        return storage(ENVIRONMENT);
    }

    synchronized Storage storage(String environment) {
        Storage storage = fixture.open(environment);
        opened.add(storage::close);
        return storage;
    }

    ControllerRecords controllerRecords(String environment) {
        return storage(environment)
                .controllerRecords()
                .orElseGet(() -> Assumptions.abort("this store keeps nothing for a controller of rollouts"));
    }

    /** One more handle on the store, as another instance would have it. */
    FlagStore store() {
        return store(ENVIRONMENT);
    }

    synchronized FlagStore store(String environment) {
        FlagStore store = new StorageFlagStore(storage(environment));
        opened.add(store::close);
        return store;
    }

    synchronized RecordingListener follow(FlagStore store, FollowOptions options) {
        RecordingListener listener = new RecordingListener();
        Subscription subscription = store.follow(options, listener);
        opened.add(subscription::close);
        return listener;
    }

    RecordingListener follow(FlagStore store) {
        return follow(store, QUICKLY);
    }

    static FollowOptions savingTo(Path directory) {
        return new FollowOptions(Optional.of(directory), Duration.ofDays(7), QUICKLY.pollInterval(), QUICKLY.clock());
    }

    static Lease taken(ControllerRecords records, String holder, Duration length) {
        return records.acquire(holder, length).orElseThrow(() -> new AssertionError("another has the lease"));
    }

    /** One record, to be written under a lease. */
    static Map<String, Optional<String>> one(String name, String text) {
        return Map.of(name, Optional.of(text));
    }

    static FlagDefinition flag(String key, int percent) {
        return FlagDefinition.builder(key).percentage(Percentage.of(percent)).build();
    }

    static Committed put(FlagStore store, FlagDefinition definition) {
        return committed(edit(store, definition.key(), "set", state -> defined(state, definition)));
    }

    static Committed kill(FlagStore store, String key) {
        return committed(store.commit(new Commit(ADA, "kill", "INC-431", Map.of(), found -> {
            FlagState before = found.flag(key);
            KillLatch latch = new KillLatch(found.now(), "ada", "INC-431", false, Map.of());
            return Commit.Write.flags(Map.of(key, killed(before, Optional.of(latch))));
        })));
    }

    static Committed unkill(FlagStore store, String key) {
        return committed(edit(store, key, "unkill", state -> killed(state, Optional.empty())));
    }

    /** Adds one bucket to a flag's percentage: an edit that is lost shows in the sum. */
    static CommitOutcome raiseByOneBucket(FlagStore store, String key) {
        return edit(store, key, "set", state -> {
            FlagDefinition now = state.definition().orElseGet(() -> flag(key, 0));
            return defined(
                    state, now.withPercentage(new Percentage(now.percentage().buckets() + 1)));
        });
    }

    static CommitOutcome edit(FlagStore store, String key, String action, UnaryOperator<FlagState> change) {
        return commit(store, action, found -> Commit.Write.flags(Map.of(key, change.apply(found.flag(key)))));
    }

    static CommitOutcome commit(FlagStore store, String action, Function<Commit.Found, Commit.Result> edit) {
        return store.commit(new Commit(ADA, action, "because", Map.of(), edit::apply));
    }

    static Committed committed(CommitOutcome outcome) {
        if (outcome instanceof Committed done) {
            return done;
        }
        throw new AssertionError("expected a commit but was " + outcome);
    }

    static FlagState defined(FlagState state, FlagDefinition definition) {
        return new FlagState(
                state.key(),
                state.revision(),
                Optional.of(definition),
                state.kill(),
                state.rollout(),
                state.updatedAt(),
                state.updatedBy(),
                List.of());
    }

    static FlagState killed(FlagState state, Optional<KillLatch> kill) {
        return new FlagState(
                state.key(),
                state.revision(),
                state.definition(),
                kill,
                state.rollout(),
                state.updatedAt(),
                state.updatedBy(),
                state.problems());
    }

    static int percent(FlagState state) {
        return state.definition().orElseThrow().percentage().buckets() / 1000;
    }

    static List<AuditEntry> wholeLog(FlagStore store) {
        List<AuditEntry> log = new ArrayList<>();
        List<AuditEntry> page;
        do {
            page = store.entriesAfter(log.size(), 200);
            log.addAll(page);
        } while (!page.isEmpty());
        return log;
    }

    /** What the log says that each flag's revision and definition are. */
    static Map<String, Object> lastStates(List<AuditEntry> log) {
        Map<String, Object> states = new LinkedHashMap<>();
        log.forEach(entry -> states.putAll(entry.after()));
        return states;
    }

    @Override
    public synchronized void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).run();
        }
        fixture.close();
    }
}
