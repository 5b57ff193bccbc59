package dev.flags.store;

import dev.flags.store.EnvironmentSettings.Archived;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one follower remembers of a store's history, and what it asks of it to learn how the store stands to what is served.
 * Not thread-safe; confine it to one thread.
 */
final class StoreHistory {
    private static final int PAGE = 200;

    private final Feed feed;
    private final RecentHashes recent = new RecentHashes();

    StoreHistory(Feed feed) {
        this.feed = feed;
    }

    /** The entries, when each follows on the one before it and the first on the cursor. */
    static Optional<List<FollowedEntry>> chained(Head cursor, List<StoredEntry> entries) {
        List<FollowedEntry> read = new ArrayList<>(entries.size());
        long revision = cursor.revision();
        String hash = cursor.hash();
        for (StoredEntry entry : entries) {
            FollowedEntry payload;
            try {
                payload = FollowedEntry.read(entry);
            } catch (StoreDamagedException e) {
                return Optional.empty();
            }
            if (entry.revision() != revision + 1
                    || payload.head().revision() != entry.revision()
                    || !payload.head().epoch().equals(cursor.epoch())
                    || !payload.previousHash().equals(hash)
                    || !AuditChain.hash(entry.payload()).equals(entry.hash())) {
                return Optional.empty();
            }
            revision = entry.revision();
            hash = entry.hash();
            read.add(payload);
        }
        return read.isEmpty() ? Optional.empty() : Optional.of(read);
    }

    /** What is served stands here now. */
    void saw(Head head) {
        recent.saw(head);
    }

    /** What was seen before is of a history that counts no longer. */
    void forget() {
        recent.forget();
    }

    /**
     * How a state just loaded stands to what is known.
     *
     * @param cursor where what is known stands
     * @param known the flags known, with their revisions
     */
    Standing standing(Head cursor, Map<String, Long> known, StoredState state) {
        if (state.missing().isPresent()) {
            return new Standing.Wiped(state.missing().get());
        }
        if (cursor.revision() == 0 && known.isEmpty()) {
            // nothing can be lost, and a store may give an environment its epoch with the first commit
            return new Standing.Following();
        }
        Head head = state.head();
        if (!head.epoch().equals(cursor.epoch())) {
            if (wasRestored()) {
                return new Standing.Restored();
            }
            return new Standing.Wiped(
                    head.revision() == 0 ? "it is empty" : "it has another history (epoch " + head.epoch() + ")");
        }
        Set<String> gone = new TreeSet<>(known.keySet());
        state.flags().forEach(flag -> gone.remove(flag.key()));
        Optional<Archived> archived = Records.settings(state.settings()).archived();
        if (contains(cursor, archived)) {
            return gone.isEmpty() ? new Standing.Following() : Standing.Wiped.without(gone);
        }
        OptionalLong common = recent.lastCommonWith(feed, archived);
        gone.removeIf(key -> common.isEmpty() || known.getOrDefault(key, 0L) > common.getAsLong());
        if (head.revision() == 0 || state.flags().isEmpty()) {
            return new Standing.Wiped("it is empty");
        }
        return gone.isEmpty() ? new Standing.Rewound(common) : Standing.Wiped.without(gone);
    }

    /** Whether the store has the commit that a cursor stands on. */
    private boolean contains(Head cursor, Optional<Archived> archived) {
        if (cursor.revision() == 0) {
            return true;
        }
        if (archived.isPresent() && cursor.revision() <= archived.get().revision()) {
            // what lies before the anchor is in a file; that it was the same is not to be seen from here
            return cursor.revision() < archived.get().revision()
                    || cursor.hash().equals(archived.get().hash());
        }
        return feed.entriesAfter(cursor.revision() - 1, 1).stream()
                .anyMatch(entry ->
                        entry.revision() == cursor.revision() && entry.hash().equals(cursor.hash()));
    }

    /** Whether somebody has put the flags back, which makes another history the one to follow. */
    private boolean wasRestored() {
        long after = 0;
        List<StoredEntry> page;
        do {
            page = feed.entriesAfter(after, PAGE);
            for (StoredEntry entry : page) {
                after = entry.revision();
                try {
                    if (AuditPayload.parse(entry).entry().action().equals(Commit.RESTORE)) {
                        return true;
                    }
                } catch (StoreDamagedException e) {
                    // not ours to judge here; 'audit verify' does
                }
            }
        } while (page.size() == PAGE);
        return false;
    }
}
