package dev.flags.store;

import dev.flags.FlagsException;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one storage for one listener, on one daemon thread.
 *
 * <p>The cursor is (epoch, revision, hash). As long as each new entry chains to the cursor's hash, commits are applied one by
 * one; anything else — a gap, another hash, too many at once — loads everything and asks how the store stands to what is
 * known ({@link Serving}): the same history and further on (served), another history or flags missing (WIPED: what was known
 * stays), or the same history without commits that were seen (REWOUND: the store's flags, except where that would raise the
 * exposure of one). In both states a kill found in the store applies at once. What is known at a start is the saved snapshot, so a
 * restart next to a wiped store serves what the instance served before. A store that does not answer leaves everything as it
 * is, STALE.
 *
 * <p>Nothing here goes by the process' clock, which may be wrong: it only dates the last contact.
 */
final class StoreFollower {
    private static final Logger log = LoggerFactory.getLogger(StoreFollower.class);

    /** More commits than this at once: loading everything is cheaper. */
    static final int MOST_ENTRIES = 500;

    /** The store has this long at a start before a saved snapshot is served meanwhile. */
    private static final Duration HEAD_START = Duration.ofSeconds(1);

    /** A wiped store whose head stays is loaded again after this long: what was missing may have been put back beside us. */
    private static final Duration WIPED_RECHECK = Duration.ofSeconds(5);

    private final Storage storage;
    private final Feed feed;
    private final FollowOptions options;
    private final Thread thread;
    private final Serving serving;
    private final RetryPause retry = new RetryPause();

    private volatile boolean closed;

    private boolean firstLoadEnded; // guarded by this: the timer for the saved snapshot reads it
    private long loadedNanos; // confined to the thread

    StoreFollower(Storage storage, FollowOptions options, SourceListener listener) {
        this.storage = storage;
        this.feed = storage.feed();
        this.options = options;
        this.serving = new Serving(storage, feed, options, listener);
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
        serving.silence();
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
                    retry.succeeded();
                } catch (RuntimeException e) {
                    if (!closed) {
                        // a defect of a storage or a listener must not end the following, which would freeze kills out
                        boolean expected = e instanceof FlagsException;
                        if (!expected && retry.failures() == 0) {
                            log.error("following {} failed; trying again", storage.location(), e);
                        }
                        failed(expected && e.getMessage() != null ? e.getMessage() : e.toString());
                        TimeUnit.NANOSECONDS.sleep(retry.failed(e).toNanos());
                    }
                }
            }
        } catch (InterruptedException e) {
            // close() interrupts; the thread ends
        } finally {
            // an interrupted thread could not write a file
            boolean interrupted = Thread.interrupted();
            serving.end();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void turn() throws InterruptedException {
        Head known = serving.seen();
        if (known == null) {
            Rehearsal.of(reload());
        } else if (serving.isAway()) {
            look(known);
        } else {
            Feed.Awaited awaited = feed.await(known, options.pollInterval());
            boolean lost = awaited instanceof Feed.Awaited.Lost;
            boolean nothingNew = awaited instanceof Feed.Awaited.Unchanged || (lost && serving.isWiped());
            if (nothingNew && !isDueForRecheck()) {
                serving.confirmed();
            } else if (lost) {
                reload();
            } else if (awaited instanceof Feed.Awaited.Entries news && !serving.isWiped()) {
                catchUp(known, news.entries());
            } else {
                look(known);
            }
        }
    }

    private boolean isDueForRecheck() {
        return serving.isWiped() && System.nanoTime() - loadedNanos >= WIPED_RECHECK.toNanos();
    }

    private void look(Head known) {
        if (serving.isWiped()) {
            reload();
            return;
        }
        Head head = feed.head();
        if (head.equals(known)) {
            serving.confirmed();
        } else if (!head.epoch().equals(known.epoch()) || head.revision() <= known.revision()) {
            reload();
        } else {
            catchUp(known, feed.entriesAfter(known.revision(), MOST_ENTRIES + 1));
        }
    }

    private void catchUp(Head known, List<StoredEntry> entries) {
        if (entries.size() > MOST_ENTRIES || !serving.goneOn(known, entries)) {
            reload();
        }
    }

    private StoredState reload() {
        StoredState state = feed.load();
        loadedNanos = System.nanoTime();
        synchronized (this) {
            firstLoadEnded = true;
        }
        serving.found(state);
        return state;
    }

    private void failed(String message) {
        synchronized (this) {
            firstLoadEnded = true;
        }
        if (retry.failures() == 0) {
            serving.lostContact(message);
        } else {
            serving.stillAway(message);
        }
    }

    private synchronized void serveSavedSnapshotMeanwhile() {
        if (!firstLoadEnded) {
            serving.lostContact("the store has not answered yet");
        }
    }
}
