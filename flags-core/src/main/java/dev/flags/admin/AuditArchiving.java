package dev.flags.admin;

import dev.flags.FlagsException;
import dev.flags.store.AuditEntry;
import dev.flags.store.AuditFile;
import dev.flags.store.EnvironmentSettings.Archived;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Moving the beginning of the log to a file: written and on disk, then committed as the place where the log begins, then removed
 * from the store. Whatever ends it in between, nothing is lost, and doing it again goes on from there: a file that is written is
 * taken as it is, and entries that should have been removed are. Safe for use by multiple threads.
 */
final class AuditArchiving {
    private static final String ACTION = "audit-archive";

    private final FlagStore store;
    private final AdminCommit commit;

    AuditArchiving(FlagStore store, AdminCommit commit) {
        this.store = store;
        this.commit = commit;
    }

    AuditArchived archive(Path file, long keep, WriteOptions options) {
        if (keep < 1) {
            throw new FlagsException("an archive must leave at least the newest entry in the log; keep 1 or more");
        }
        Optional<Archived> since = store.settings().archived();
        if (!options.dryRun()) {
            since.ifPresent(this::finish);
        }
        Head head = store.head();
        long begin = since.map(Archived::revision).orElse(0L);
        boolean written = Files.exists(file);
        long through = head.revision() - keep;
        if (!written && through <= begin) {
            return new AuditArchived(
                    nothing(head, "the log has " + (head.revision() - begin) + " entries, and " + keep + " are kept"),
                    Optional.empty());
        }
        if (options.dryRun() && !written) {
            String note = "would move the entries " + (begin + 1) + " to " + through + " to " + file.toAbsolutePath();
            return new AuditArchived(
                    new WriteOutcome.Done(
                            ACTION, List.of(), true, head.revision(), Map.of(), Map.of(), List.of(), List.of(note)),
                    Optional.empty());
        }
        Archived archived = written ? AuditFile.read(file, store) : AuditFile.write(file, store, through);
        WriteOutcome outcome = commit.run(verb(since, archived), options);
        if (!(outcome instanceof WriteOutcome.Done) || options.dryRun()) {
            return new AuditArchived(outcome, Optional.of(archived));
        }
        store.removeEntries(archived.revision());
        return new AuditArchived(outcome, Optional.of(archived));
    }

    /** An earlier archive that ended before the entries were removed: they are in its file. */
    private void finish(Archived since) {
        List<AuditEntry> first = store.entriesAfter(0, 1);
        if (!first.isEmpty() && first.get(0).revision() <= since.revision()) {
            store.removeEntries(since.revision());
        }
    }

    private static WriteOutcome nothing(Head head, String note) {
        return new WriteOutcome.Done(
                ACTION, List.of(), false, head.revision(), Map.of(), Map.of(), List.of(), List.of(note));
    }

    private static AdminVerb verb(Optional<Archived> since, Archived archived) {
        return AdminVerb.of(ACTION, List.of(), found -> {
                    if (!found.settings().archived().equals(since)) {
                        throw new BlockedException("somebody else has archived meanwhile; " + archived.file()
                                + " is written, and what it holds is still in the log or in another archive");
                    }
                    return AdminVerb.Plan.settings(found.settings().beginningAfter(archived));
                })
                .with("file", archived.file())
                .with("entries", archived.entries())
                .with("through", archived.revision())
                .onEnvironment();
    }
}
