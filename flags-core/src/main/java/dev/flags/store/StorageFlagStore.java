package dev.flags.store;

import dev.flags.FlagsException;
import dev.flags.Subscription;
import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import dev.flags.store.Storage.Attempted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A store made of a {@link Storage}: the algorithm that all stores share. A commit is planned against the head, with its
 * audit entry, and appended as one unit; when the head has moved meanwhile it is planned again. Safe for use by multiple
 * threads.
 */
public class StorageFlagStore implements FlagStore {
    /** How long a commit goes on against heads that move, and how long a lost outcome is looked for. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final long LONGEST_PAUSE_MILLIS = 50;

    private final Storage storage;
    private final Set<Subscription> followers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public StorageFlagStore(Storage storage) {
        this.storage = storage;
    }

    @Override
    public String name() {
        return storage.kind();
    }

    @Override
    public String location() {
        return storage.location();
    }

    @Override
    public String environment() {
        return storage.environment();
    }

    @Override
    public Head head() {
        return storage.head();
    }

    @Override
    public Instant now() {
        return storage.now();
    }

    @Override
    public FlagState flag(String key) {
        StoredFlag stored = storage.flag(key);
        return stored == null ? FlagState.absent(key) : Records.state(stored);
    }

    @Override
    public List<FlagState> flags() {
        return storage.load().flagStates();
    }

    @Override
    public Map<String, Segment> segments() {
        return Records.segments(storage.load().segments(), new ArrayList<>());
    }

    @Override
    public EnvironmentSettings settings() {
        return storage.load().environmentSettings();
    }

    @Override
    public StoredState load() {
        return storage.load();
    }

    @Override
    public CommitOutcome commit(Commit commit) {
        PlannedCommit planned = new PlannedCommit(commit, storage.environment(), storage.login());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        OutcomeUnknownException lost = null;
        for (int attempt = 1; ; attempt++) {
            try {
                if (storage.attempt(planned) instanceof Attempted.Done done) {
                    return planned.outcome() instanceof CommitOutcome.Committed committed
                            ? committed.with(done.caveat())
                            : planned.outcome();
                }
            } catch (OutcomeUnknownException e) {
                planned.outcomeUnknown();
                lost = e;
            } catch (StoreUnavailableException e) {
                if (lost == null) {
                    throw e;
                }
                // an earlier attempt may have been written, so giving up now would leave the caller in doubt
            }
            if (System.nanoTime() > deadline) {
                throw gaveUp(attempt, lost);
            }
            pause(attempt, lost);
        }
    }

    private StoreUnavailableException gaveUp(int attempts, @Nullable OutcomeUnknownException lost) {
        return lost == null
                ? new StoreUnavailableException("gave up after " + attempts + " attempts in " + PATIENCE.toSeconds()
                        + " s: others kept committing to " + location() + "; nothing was written")
                : new OutcomeUnknownException(
                        "the connection to " + location()
                                + " was lost while committing, and could not be made again for " + PATIENCE.toSeconds()
                                + " s; 'flags history' shows whether the change was written",
                        lost);
    }

    // full jitter: writers that collided once do not collide again in step
    private static void pause(int attempt, @Nullable OutcomeUnknownException lost) {
        long longest = Math.min(LONGEST_PAUSE_MILLIS, 1L << Math.min(attempt, 10));
        try {
            TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextLong(1_000 * longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (lost != null) {
                throw new OutcomeUnknownException("interrupted while finding out whether the change was written", lost);
            }
            throw new StoreUnavailableException("interrupted while waiting to try again; nothing was written", e);
        }
    }

    @Override
    public List<AuditEntry> history(Optional<String> key, long belowRevision, int limit) {
        return read(storage.entriesBefore(belowRevision, limit, key));
    }

    @Override
    public List<AuditEntry> entriesAfter(long revision, int limit) {
        return read(storage.entriesAfter(revision, limit));
    }

    private static List<AuditEntry> read(List<StoredEntry> entries) {
        return entries.stream().map(entry -> AuditPayload.parse(entry).entry()).toList();
    }

    @Override
    public List<String> environments() {
        return storage.environments();
    }

    @Override
    public List<Finding> examine() {
        return storage.examine();
    }

    @Override
    public Optional<OutcomeStorage> outcomes() {
        return storage.outcomes();
    }

    @Override
    public Optional<ControllerRecords> controllerRecords() {
        return storage.controllerRecords();
    }

    @Override
    public Optional<SegmentMembers> members() {
        return storage.members();
    }

    @Override
    public void removeEntries(long through) {
        if (through >= storage.head().revision()) {
            throw new FlagsException("the newest entry stays in the log: a commit follows on it");
        }
        storage.removeEntries(through);
    }

    @Override
    public ChainReport verify() {
        return new ChainVerification(storage).run();
    }

    @Override
    public Subscription follow(FollowOptions options, SourceListener listener) {
        StoreFollower follower = new StoreFollower(storage, options, listener);
        Subscription subscription = new Subscription() {
            @Override
            public void close() {
                followers.remove(this);
                follower.close();
            }
        };
        followers.add(subscription);
        follower.start();
        if (closed) {
            subscription.close();
        }
        return subscription;
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(followers).forEach(Subscription::close);
        storage.close();
    }
}
