package dev.flags.store;

import dev.flags.FlagsException;
import dev.flags.FlagsStatus.State;
import dev.flags.model.Problem;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one storage for one listener, on one daemon thread.
 *
 * <p>The cursor is (epoch, revision, hash). As long as each new entry chains to the cursor's hash, commits are applied one by
 * one; anything else — a gap, another hash, too many at once — loads everything and asks how the store stands to what is
 * served: the same history and further on (served), another history or flags missing (WIPED: what was served stays), or the
 * same history without commits that were seen (REWOUND: the store's flags, except where that would raise the exposure of one).
 * In both states a kill found in the store applies at once. A store that does not answer leaves everything as it is, STALE.
 */
final class StoreFollower {
    private static final Logger log = LoggerFactory.getLogger(StoreFollower.class);

    /** More commits than this at once: loading everything is cheaper. */
    static final int MOST_ENTRIES = 500;

    /** The store has this long at a start before a saved snapshot is served meanwhile. */
    private static final Duration HEAD_START = Duration.ofSeconds(1);

    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final Storage storage;
    private final Feed feed;
    private final FollowOptions options;
    private final SourceListener listener;
    private final Thread thread;
    private final FollowedFlags flags;
    private final FollowerStatus status;
    private final StoreHistory history;
    private final SnapshotKeeper keeper;
    private final RecentHashes recent = new RecentHashes();

    private volatile boolean closed;

    // written by the follower's thread; until the first load has ended also by the timer for the saved snapshot, under
    // this
    private boolean firstLoadEnded;
    private @Nullable Head seen;
    private long rewoundAt;
    private int failures;

    StoreFollower(Storage storage, FollowOptions options, SourceListener listener) {
        this.storage = storage;
        this.feed = storage.feed();
        this.options = options;
        this.listener = listener;
        this.flags = new FollowedFlags(storage.environment());
        this.history = new StoreHistory(feed);
        this.status = new FollowerStatus(storage, listener);
        this.keeper = new SnapshotKeeper(storage, options);
        this.thread = new Thread(this::run, "flags-follow-" + storage.kind());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
        if (options.snapshotDirectory().isPresent()) {
            CompletableFuture.delayedExecutor(HEAD_START.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::serveSavedSnapshotMeanwhile);
        }
    }

    /** Ends the thread; waits a little for it, so that the last snapshot is saved. */
    void close() {
        closed = true;
        thread.interrupt();
        feed.close();
        if (Thread.currentThread() != thread) {
            try {
                thread.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    turn();
                    failures = 0;
                } catch (FlagsException e) {
                    if (!closed) {
                        failed(e.getMessage() == null ? e.toString() : e.getMessage());
                        pause();
                    }
                } catch (RuntimeException e) {
                    // a defect of a storage or a listener must not end the following, which would freeze kills out
                    if (!closed) {
                        log.error("following {} failed; trying again", storage.location(), e);
                        failed(e.toString());
                        pause();
                    }
                }
            }
        } catch (InterruptedException e) {
            // close() interrupts; the thread ends
        } finally {
            // an interrupted thread could not write a file
            boolean interrupted = Thread.interrupted();
            if (flags.isLoaded() && status.is(State.READY)) {
                keeper.flush(flags::state);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void turn() throws InterruptedException {
        Head known = seen;
        if (known == null) {
            reload();
        } else if (status.isAway()) {
            look(known);
        } else {
            Feed.Awaited awaited = feed.await(known, options.pollInterval());
            if (awaited instanceof Feed.Awaited.Entries news && !status.is(State.WIPED)) {
                catchUp(known, news.entries());
            } else if (awaited instanceof Feed.Awaited.Unchanged) {
                inContact();
            } else {
                look(known);
            }
        }
    }

    private void look(Head known) {
        Head head = feed.head();
        if (head.equals(known) && flags.cursor().equals(known)) {
            inContact();
            return;
        }
        if (status.is(State.WIPED) || !head.epoch().equals(known.epoch()) || head.revision() <= known.revision()) {
            reload();
            return;
        }
        catchUp(known, feed.entriesAfter(known.revision(), MOST_ENTRIES + 1));
    }

    private void catchUp(Head known, List<StoredEntry> entries) {
        Optional<List<AuditPayload>> chained =
                entries.size() > MOST_ENTRIES ? Optional.empty() : StoreHistory.chained(known, entries);
        if (chained.isEmpty()) {
            reload();
            return;
        }
        Set<String> changed;
        try {
            changed = flags.apply(chained.get());
        } catch (JsonTree.JsonMismatch e) {
            // an entry that chains and yet is not ours: what the tables say is what counts
            reload();
            return;
        }
        for (AuditPayload entry : chained.get()) {
            recent.saw(new Head(
                    entry.epoch(), entry.entry().revision(), entry.entry().hash()));
        }
        served(changed);
    }

    private void reload() {
        StoredState state = feed.load();
        synchronized (this) {
            firstLoadEnded = true;
        }
        if (!flags.isLoaded()) {
            adopt(state);
            return;
        }
        Head cursor = flags.cursor();
        if (!state.head().epoch().equals(cursor.epoch())) {
            if (history.wasRestored()) {
                flags.releaseAll();
                recent.forget();
                status.good();
                adopt(state);
            } else {
                wiped(state, "it has another history (epoch " + state.head().epoch() + ")");
            }
        } else if (history.contains(cursor)) {
            Set<String> missing = flags.missingFrom(state);
            if (missing.isEmpty()) {
                adopt(state);
            } else {
                wiped(state, "flags are missing: " + some(missing));
            }
        } else {
            rewound(state);
        }
    }

    private void adopt(StoredState state) {
        flags.adopt(state);
        recent.saw(state.head());
        if (status.is(State.WIPED)) {
            status.good();
        }
        served(Set.of());
    }

    private void wiped(StoredState state, String why) {
        status.bad(
                State.WIPED,
                "the store was wiped or replaced (" + why + "); the flags known at revision "
                        + flags.cursor().revision() + " go on being served, and kills found in the store apply."
                        + " Restore the store, or restart the application to accept what it holds");
        flags.latch(state);
        seen = state.head();
        deliver(Set.of());
    }

    private void rewound(StoredState state) {
        OptionalLong common = recent.lastCommonWith(feed);
        Set<String> missing = flags.missingFrom(state);
        long last = flags.cursor().revision();
        missing.removeIf(key -> common.isEmpty() || flags.revisionOf(key) > common.getAsLong());
        if (state.head().revision() == 0 || state.flags().isEmpty() || !missing.isEmpty()) {
            wiped(state, missing.isEmpty() ? "it is empty" : "flags are missing: " + some(missing));
            return;
        }
        long from = common.isPresent()
                ? common.getAsLong() + 1
                : Math.min(last, state.head().revision() + 1);
        flags.rewind(state);
        recent.forget();
        recent.saw(state.head());
        rewoundAt = state.head().revision();
        Set<String> held = flags.heldKeys();
        status.bad(
                State.REWOUND,
                "the store came back without "
                        + (from == last ? "revision " + last : "revisions " + from + " to " + last)
                        + " that had been seen here; "
                        + (held.isEmpty()
                                ? "its flags are served"
                                : "its flags are served, except that these stay as they were until their next commit: "
                                        + some(held)));
        served(Set.of());
    }

    private static String some(Set<String> keys) {
        List<String> first = keys.stream().limit(20).toList();
        return String.join(", ", first) + (keys.size() > first.size() ? " and " + (keys.size() - 20) + " more" : "");
    }

    private void served(Set<String> changed) {
        seen = flags.cursor();
        if (status.is(State.REWOUND)
                && flags.heldKeys().isEmpty()
                && flags.cursor().revision() > rewoundAt) {
            status.good();
        }
        keeper.changed();
        deliver(changed);
    }

    private void deliver(Set<String> changed) {
        status.answers();
        Instant contact = options.clock().instant();
        if (!closed) {
            status.loaded();
            listener.loaded(flags.content(changed), status.state(), contact);
            status.announce();
        }
        save();
    }

    private void inContact() {
        status.answers();
        if (!closed) {
            status.announce();
            listener.unchanged(options.clock().instant());
        }
        save();
    }

    private void save() {
        // what a wiped or rewound store says is not what a start without it should have
        if (status.is(State.READY)) {
            keeper.confirmed(flags::state);
        }
    }

    private void failed(String message) {
        synchronized (this) {
            firstLoadEnded = true;
        }
        if (flags.isLoaded() || failures > 0) {
            status.away(status.problem(message));
        } else {
            serveSavedSnapshot(message);
        }
        failures++;
        status.announce();
    }

    private synchronized void serveSavedSnapshotMeanwhile() {
        if (!firstLoadEnded && !closed && !flags.isLoaded()) {
            serveSavedSnapshot("the store has not answered yet");
            status.announce();
        }
    }

    private void serveSavedSnapshot(String whyAway) {
        try {
            Optional<SavedSnapshot.Loaded> saved = keeper.read();
            if (saved.isEmpty() || closed) {
                status.away(status.problem(whyAway));
                return;
            }
            Instant savedAt = saved.get().savedAt();
            flags.adopt(saved.get().state());
            recent.saw(flags.cursor());
            seen = flags.cursor();
            status.away(status.problem(whyAway + "; serving the snapshot saved at " + savedAt));
            status.loaded();
            listener.loaded(flags.content(Set.of()), State.STALE, savedAt);
        } catch (SavedSnapshot.UnusableException e) {
            status.away(status.problem(whyAway), new Problem("snapshot", Objects.toString(e.getMessage())));
        }
    }

    private void pause() throws InterruptedException {
        long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, 10));
        // between half and all of it, so that a fleet does not come back in one instant
        Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
    }
}
