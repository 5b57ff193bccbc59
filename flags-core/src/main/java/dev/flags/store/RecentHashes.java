package dev.flags.store;

import dev.flags.store.EnvironmentSettings.Archived;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The last hashes that a follower has seen: where a store that lost commits parted from what is known here. */
final class RecentHashes {
    private static final int KEPT = 500;

    private final NavigableMap<Long, String> hashes = new TreeMap<>();

    void saw(Head head) {
        hashes.put(head.revision(), head.hash());
        while (hashes.size() > KEPT) {
            hashes.pollFirstEntry();
        }
    }

    void forget() {
        hashes.clear();
    }

    /**
     * The last revision seen that the store has, too; empty when it lies further back than what is kept.
     *
     * @param archived where the store's log begins, when not at its root
     */
    OptionalLong lastCommonWith(Feed feed, Optional<Archived> archived) {
        if (hashes.isEmpty()) {
            return OptionalLong.empty();
        }
        long oldest = hashes.firstKey();
        OptionalLong common = oldest == 0 ? OptionalLong.of(0) : OptionalLong.empty();
        if (archived.isPresent()
                && archived.get().hash().equals(hashes.get(archived.get().revision()))) {
            common = OptionalLong.of(archived.get().revision());
        }
        List<StoredEntry> entries = feed.entriesAfter(Math.max(0, oldest - 1), (int) (hashes.lastKey() - oldest) + 1);
        for (StoredEntry entry : entries) {
            if (entry.hash().equals(hashes.get(entry.revision()))) {
                common = OptionalLong.of(entry.revision());
            }
        }
        return common;
    }
}
