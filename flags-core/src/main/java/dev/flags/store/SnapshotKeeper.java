package dev.flags.store;

import dev.flags.FlagsException;
import dev.flags.source.FollowOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one follower's saved snapshot: written on the follower's thread, not more than once in {@link #QUIET} however many
 * commits come, and again from time to time while nothing changes, so that its age is that of the last contact. Not
 * thread-safe; confine it to one thread.
 */
final class SnapshotKeeper {
    private static final Logger log = LoggerFactory.getLogger(SnapshotKeeper.class);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration LONGEST_REFRESH = Duration.ofHours(1);

    private final Optional<Path> file;
    private final FollowOptions options;
    private final String environment;
    private final Duration refresh;
    private boolean changed;
    private boolean failing;
    private boolean saved;
    private long savedNanos;

    SnapshotKeeper(Storage storage, FollowOptions options) {
        this.options = options;
        this.environment = storage.environment();
        this.file = options.snapshotDirectory()
                .map(directory ->
                        SavedSnapshot.file(directory, storage.kind(), storage.environment(), storage.location()));
        Duration quarter = options.maxSnapshotAge().dividedBy(4);
        this.refresh = quarter.compareTo(LONGEST_REFRESH) < 0 ? quarter : LONGEST_REFRESH;
    }

    /** Empty when nothing is saved anywhere. */
    Optional<SavedSnapshot.Loaded> read() {
        return file.map(path -> SavedSnapshot.read(path, environment, options.maxSnapshotAge(), options.clock()));
    }

    /** The file, for messages; empty when nothing is saved anywhere. */
    Optional<Path> file() {
        return file;
    }

    /** As {@link #read()}, but one that cannot be used is as good as none. */
    Optional<SavedSnapshot.Loaded> readUsable() {
        try {
            return read();
        } catch (SavedSnapshot.UnusableException e) {
            log.debug("not looked at beside the store: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** The state is another one than what is saved. */
    void changed() {
        changed = true;
    }

    /** The store has just confirmed the state; saves it when it is time to. */
    void confirmed(Supplier<StoredState> state) {
        if (file.isEmpty()) {
            return;
        }
        // not by the clock that ages go by, which may jump
        Duration since = saved ? Duration.ofNanos(System.nanoTime() - savedNanos) : LONGEST_REFRESH;
        if ((changed && since.compareTo(QUIET) >= 0) || since.compareTo(refresh) >= 0) {
            save(state.get());
        }
    }

    /** Saves what has changed and was not saved yet. */
    void flush(Supplier<StoredState> state) {
        if (file.isPresent() && changed) {
            save(state.get());
        }
    }

    private void save(StoredState state) {
        saved = true;
        savedNanos = System.nanoTime();
        try {
            SavedSnapshot.write(file.orElseThrow(), state, options.clock().instant());
            changed = false;
            failing = false;
        } catch (FlagsException e) {
            // close() interrupts a write, and then saves once more
            if (!failing && !Thread.currentThread().isInterrupted()) {
                log.warn("{}; a start without the store will not have it", e.getMessage());
            }
            failing = !Thread.currentThread().isInterrupted();
        }
    }
}
