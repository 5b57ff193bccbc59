package dev.flags.cli;

import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Audit entries for people and for programs. */
final class HistoryText {
    private static final int PAGE = 500;
    private static final int KEYS_SHOWN = 3;

    private HistoryText() {}

    /**
     * Entries, newest first.
     *
     * @param from not those before this
     */
    static List<AuditEntry> read(FlagStore store, Optional<String> key, Optional<Instant> from, int limit) {
        List<AuditEntry> entries = new ArrayList<>();
        long below = Long.MAX_VALUE;
        while (entries.size() < limit) {
            int wanted = Math.min(PAGE, limit - entries.size());
            List<AuditEntry> page = store.history(key, below, wanted);
            for (AuditEntry entry : page) {
                if (from.isPresent() && entry.at().isBefore(from.get())) {
                    return entries;
                }
                entries.add(entry);
                below = entry.revision();
            }
            if (page.size() < wanted) {
                return entries;
            }
        }
        return entries;
    }

    static String table(Session session, List<AuditEntry> entries) {
        Table table = new Table(session.shell, "REVISION", "AT", "BY", "ACTION", "FLAGS", "REASON");
        for (AuditEntry entry : entries) {
            List<String> keys = entry.keys();
            String shown = keys.size() <= KEYS_SHOWN
                    ? String.join(",", keys)
                    : String.join(",", keys.subList(0, KEYS_SHOWN)) + " and " + (keys.size() - KEYS_SHOWN) + " more";
            table.row(
                    Long.toString(entry.revision()),
                    entry.at().truncatedTo(ChronoUnit.SECONDS).toString(),
                    entry.actor().name(),
                    entry.action(),
                    shown.isEmpty() ? "-" : shown,
                    entry.reason());
        }
        return table.toString();
    }

    static Tree tree(AuditEntry entry) {
        return new Tree()
                .put("revision", entry.revision())
                .put("at", entry.at().toString())
                .put("actor", entry.actor().name())
                .put("osUser", entry.actor().osUser())
                .put("host", entry.actor().host())
                .put("action", entry.action())
                .put("keys", entry.keys())
                .put("reason", entry.reason())
                .put("details", entry.details())
                .put("before", entry.before())
                .put("after", entry.after())
                .put("hash", entry.hash())
                .put("previousHash", entry.previousHash());
    }
}
