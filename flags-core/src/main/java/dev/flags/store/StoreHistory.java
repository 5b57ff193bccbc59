package dev.flags.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a follower asks of a store's history, to learn how the store stands to what is served. */
final class StoreHistory {
    private static final int PAGE = 200;

    private final Feed feed;

    StoreHistory(Feed feed) {
        this.feed = feed;
    }

    /** The entries, when each follows on the one before it and the first on the cursor. */
    static Optional<List<AuditPayload>> chained(Head cursor, List<StoredEntry> entries) {
        List<AuditPayload> read = new ArrayList<>();
        long revision = cursor.revision();
        String hash = cursor.hash();
        for (StoredEntry entry : entries) {
            AuditPayload payload;
            try {
                payload = AuditPayload.parse(entry);
            } catch (StoreDamagedException e) {
                return Optional.empty();
            }
            if (entry.revision() != revision + 1
                    || payload.entry().revision() != entry.revision()
                    || !payload.epoch().equals(cursor.epoch())
                    || !payload.entry().previousHash().equals(hash)
                    || !AuditChain.hash(entry.payload()).equals(entry.hash())) {
                return Optional.empty();
            }
            revision = entry.revision();
            hash = entry.hash();
            read.add(payload);
        }
        return read.isEmpty() ? Optional.empty() : Optional.of(read);
    }

    /** Whether the store has the commit that a cursor stands on. */
    boolean contains(Head cursor) {
        return cursor.revision() == 0
                || feed.entriesAfter(cursor.revision() - 1, 1).stream()
                        .anyMatch(entry -> entry.revision() == cursor.revision()
                                && entry.hash().equals(cursor.hash()));
    }

    /** Whether somebody has put the flags back, which makes another history the one to follow. */
    boolean wasRestored() {
        long after = 0;
        List<StoredEntry> page;
        do {
            page = feed.entriesAfter(after, PAGE);
            for (StoredEntry entry : page) {
                after = entry.revision();
                try {
                    if (AuditPayload.parse(entry).entry().action().equals("restore")) {
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
