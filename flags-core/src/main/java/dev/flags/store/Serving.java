package dev.flags.store;

import dev.flags.FlagsStatus.State;
import dev.flags.model.Problem;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one follower serves, given what it finds in the store, and what it tells its listener. Not thread-safe, but for {@link
 * #silence()}; confine it to one thread at a time.
 */
final class Serving {
    private final FollowOptions options;
    private final SourceListener listener;
    private final FollowedFlags flags;
    private final FollowerStatus status;
    private final StoreHistory history;
    private final SnapshotKeeper keeper;

    private volatile boolean silent;

    private @Nullable Head seen;
    private @Nullable Rewind rewind;
    private @Nullable Problem unusableSnapshot;

    Serving(Storage storage, Feed feed, FollowOptions options, SourceListener listener) {
        this.options = options;
        this.listener = listener;
        this.flags = new FollowedFlags(storage.environment());
        this.status = new FollowerStatus(storage, listener);
        this.history = new StoreHistory(feed);
        this.keeper = new SnapshotKeeper(storage, options);
    }

    /**
     * The store lost commits.
     *
     * @param at its revision when that was found out
     * @param why for the status
     */
    private record Rewind(long at, String why) {}

    /** The store's head when it was last looked at; null before the first look. */
    @Nullable
    Head seen() {
        return seen;
    }

    /** Whether the store did not answer when it was last asked. */
    boolean isAway() {
        return status.isAway();
    }

    /** Whether the store's flags are not what is served. */
    boolean isWiped() {
        return status.is(State.WIPED);
    }

    /** From now on nobody is told anything. */
    void silence() {
        silent = true;
    }

    /** Saves what was not saved yet. */
    void end() {
        if (flags.isLoaded() && status.is(State.READY)) {
            keeper.flush(flags::state);
        }
    }

    /**
     * The store has these entries after the head given.
     *
     * @return whether they follow on it; if not, nothing was done
     */
    boolean goneOn(Head known, List<StoredEntry> entries) {
        Optional<List<FollowedEntry>> chained = StoreHistory.chained(known, entries);
        if (chained.isEmpty()) {
            return false;
        }
        Set<String> changed = flags.apply(chained.get());
        chained.get().forEach(entry -> history.saw(entry.head()));
        served(changed);
        return true;
    }

    /** The store holds this. */
    void found(StoredState state) {
        if (flags.isLoaded()) {
            follow(state, history.standing(flags.cursor(), flags.revisions(), state));
            return;
        }
        Optional<StoredState> saved = keeper.readUsable().map(SavedSnapshot.Loaded::state);
        if (saved.isPresent()) {
            Head cursor = saved.get().head();
            history.saw(cursor);
            Standing standing =
                    history.standing(cursor, FollowedFlags.revisions(saved.get().flags()), state);
            if (!(standing instanceof Standing.Following)) {
                flags.adopt(saved.get());
            }
            follow(state, standing);
        } else if (state.missing().isPresent()) {
            wiped(state, state.missing().get());
        } else {
            adopt(state);
        }
    }

    private void follow(StoredState state, Standing standing) {
        if (standing instanceof Standing.Wiped wiped) {
            wiped(state, wiped.why());
        } else if (standing instanceof Standing.Rewound rewound) {
            rewound(state, rewound.lastCommon());
        } else {
            if (standing instanceof Standing.Restored) {
                flags.releaseAll();
                history.forget();
                rewind = null;
            }
            adopt(state);
        }
    }

    private void adopt(StoredState state) {
        flags.adopt(state);
        history.saw(state.head());
        served(Set.of());
    }

    private void wiped(StoredState state, String why) {
        String meanwhile = flags.isLoaded()
                ? "the flags known at revision " + flags.cursor().revision()
                        + " go on being served, and kills found in the store apply. 'flags restore' puts the flags back; to accept"
                        + " what the store holds instead, restart the application"
                        + keeper.file()
                                .map(file -> " without its saved snapshot " + file)
                                .orElse("")
                : "nothing was known of it here, so only kills found in it apply. 'flags restore' puts the flags back";
        status.bad(State.WIPED, "the store was wiped or replaced (" + why + "); " + meanwhile);
        flags.latch(state);
        deliver(state.head(), Set.of());
    }

    private void rewound(StoredState state, OptionalLong common) {
        long last = flags.cursor().revision();
        long from = common.isPresent()
                ? common.getAsLong() + 1
                : Math.min(last, state.head().revision() + 1);
        flags.rewind(state);
        history.forget();
        history.saw(state.head());
        Set<String> held = flags.heldKeys();
        rewind = new Rewind(
                state.head().revision(),
                "the store came back without "
                        + (from == last ? "revision " + last : "revisions " + from + " to " + last)
                        + " that had been seen here; "
                        + (held.isEmpty()
                                ? "its flags are served"
                                : "its flags are served, except that these stay as they were until their next commit: "
                                        + Standing.some(held)));
        served(Set.of());
    }

    private void served(Set<String> changed) {
        Rewind lost = rewind;
        if (lost != null && flags.heldKeys().isEmpty() && flags.cursor().revision() > lost.at()) {
            rewind = null;
            lost = null;
        }
        if (lost == null) {
            status.good();
        } else {
            status.bad(State.REWOUND, lost.why());
        }
        keeper.changed();
        deliver(flags.cursor(), changed);
    }

    private void deliver(Head head, Set<String> changed) {
        // what a listener fails on is loaded and handed to it again
        seen = null;
        status.answers();
        Instant contact = options.clock().instant();
        if (!silent) {
            status.loaded();
            listener.loaded(flags.content(changed), status.state(), contact);
            status.announce();
        }
        seen = head;
        save();
    }

    /** The store answered, and nothing has changed. */
    void confirmed() {
        status.answers();
        if (!silent) {
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

    /** The store does not answer, for the first time in a row: what was saved is better than nothing. */
    void lostContact(String message) {
        if (flags.isLoaded()) {
            away(message);
        } else {
            serveSavedSnapshot(message);
        }
        status.announce();
    }

    /** The store still does not answer. */
    void stillAway(String message) {
        away(message);
        status.announce();
    }

    private void away(String message) {
        Problem snapshot = unusableSnapshot;
        if (snapshot == null || flags.isLoaded()) {
            status.away(status.problem(message));
        } else {
            status.away(status.problem(message), snapshot);
        }
    }

    private void serveSavedSnapshot(String whyAway) {
        try {
            Optional<SavedSnapshot.Loaded> saved = keeper.read();
            if (saved.isEmpty() || silent) {
                away(whyAway);
                return;
            }
            Instant savedAt = saved.get().savedAt();
            flags.adopt(saved.get().state());
            history.saw(flags.cursor());
            seen = flags.cursor();
            status.away(status.problem(whyAway + "; serving the snapshot saved at " + savedAt));
            status.loaded();
            listener.loaded(flags.content(Set.of()), State.STALE, savedAt);
        } catch (SavedSnapshot.UnusableException e) {
            unusableSnapshot = new Problem("snapshot", Objects.toString(e.getMessage()));
            away(whyAway);
        }
    }
}
