package dev.flags.store;

import dev.flags.store.FlagStore.ChainReport;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks an environment's whole audit log in pages and stops at the first thing that is wrong. The head is read before and
 * after, because commits go on meanwhile: what was the head before must be in the log, and the log must not go beyond what is
 * the head after.
 */
final class ChainVerification {
    private static final int PAGE = 500;

    private final Storage storage;
    private long entries;
    private long revision;
    private String hash = AuditChain.ROOT;

    ChainVerification(Storage storage) {
        this.storage = storage;
    }

    ChainReport run() {
        Head before = storage.head();
        while (true) {
            List<StoredEntry> page = storage.entriesAfter(revision, PAGE);
            for (StoredEntry entry : page) {
                String problem = problemWith(entry, before);
                if (problem != null) {
                    return broken(Math.min(entry.revision(), revision + 1), problem);
                }
                entries++;
                revision = entry.revision();
                hash = entry.hash();
            }
            if (page.size() < PAGE) {
                return atTheEnd(before);
            }
        }
    }

    private @Nullable String problemWith(StoredEntry entry, Head before) {
        if (entry.revision() != revision + 1) {
            return entry.revision() > revision + 1
                    ? "entry " + (revision + 1) + " is missing: after " + revision + " comes " + entry.revision()
                    : "entry " + entry.revision() + " is out of order: it comes after " + revision;
        }
        if (!AuditChain.hash(entry.payload()).equals(entry.hash())) {
            return "entry " + entry.revision() + " was altered: its text does not have the hash that is stored with it";
        }
        String disagreement = disagreement(entry, before);
        if (disagreement != null) {
            return disagreement;
        }
        if (entry.revision() == before.revision() && !entry.hash().equals(before.hash())) {
            return "entry " + entry.revision() + " is not the one that the head of the chain names";
        }
        return null;
    }

    private @Nullable String disagreement(StoredEntry entry, Head before) {
        AuditPayload payload;
        try {
            payload = AuditPayload.parse(entry);
        } catch (StoreDamagedException e) {
            return e.getMessage();
        }
        AuditEntry read = payload.entry();
        if (read.revision() != entry.revision()) {
            return "entry " + entry.revision() + " says that it is entry " + read.revision()
                    + ": entries were reordered";
        }
        if (!read.previousHash().equals(hash)) {
            return "entry " + entry.revision() + " does not follow on the entry before it: one of them was replaced";
        }
        if (!read.environment().equals(storage.environment())
                || !payload.epoch().equals(before.epoch())) {
            return "entry " + entry.revision() + " belongs to another history (environment " + read.environment()
                    + ", epoch " + payload.epoch() + ")";
        }
        return null;
    }

    private ChainReport atTheEnd(Head before) {
        if (revision < before.revision()) {
            return broken(
                    revision + 1,
                    "the log ends at " + revision + " but the head is " + before.revision() + ": the tail was cut");
        }
        Head after = storage.head();
        if (revision > after.revision()) {
            return broken(
                    after.revision() + 1, "the log goes on to " + revision + " but the head is " + after.revision());
        }
        return new ChainReport(entries, Optional.empty(), "");
    }

    private ChainReport broken(long at, String problem) {
        return new ChainReport(entries, Optional.of(at), problem);
    }
}
