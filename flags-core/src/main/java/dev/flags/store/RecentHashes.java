package dev.flags.store;

import dev.flags.store.EnvironmentSettings.Archived;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The last hashes that a follower has seen: where a store that lost commits parted from what is known here. Not thread-safe; confine it
 * to one thread.
 */
final class RecentHashes {
    private static final int KEPT = 500;

    /** Oldest first, their revisions rising. Written with every commit and read after a loss. */
    private final Deque<Head> heads = new ArrayDeque<>();

    void saw(Head head) {
        while (!heads.isEmpty() && heads.getLast().revision() >= head.revision()) {
            heads.removeLast();
        }
        heads.addLast(head);
        if (heads.size() > KEPT) {
            heads.removeFirst();
        }
    }

    void forget() {
        heads.clear();
    }

    /**
     * The last revision seen that the store has, too; empty when it lies further back than what is kept.
     *
     * @param archived where the store's log begins, when not at its root
     */
    OptionalLong lastCommonWith(Feed feed, Optional<Archived> archived) {
        if (heads.isEmpty()) {
            return OptionalLong.empty();
        }
        Map<Long, String> hashes = new HashMap<>();
        heads.forEach(head -> hashes.put(head.revision(), head.hash()));
        long oldest = heads.getFirst().revision();
        long newest = heads.getLast().revision();
        OptionalLong common = oldest == 0 ? OptionalLong.of(0) : OptionalLong.empty();
        if (archived.isPresent()
                && archived.get().hash().equals(hashes.get(archived.get().revision()))) {
            common = OptionalLong.of(archived.get().revision());
        }
        for (StoredEntry entry : feed.entriesAfter(Math.max(0, oldest - 1), (int) (newest - oldest) + 1)) {
            if (entry.hash().equals(hashes.get(entry.revision()))) {
                common = OptionalLong.of(entry.revision());
            }
        }
        return common;
    }
}
