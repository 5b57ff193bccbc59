package dev.flags.cli;

import dev.flags.admin.AuditArchived;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.store.FlagStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "archive",
        description = {
            "Move the oldest entries, once verified, to a file, as 'audit export' prints them.",
            "Their last hash stays in the store, so that what follows can still be checked. May be repeated after whatever ended it."
        })
final class AuditArchiveCommand extends WriteVerb {
    @Option(names = "--to", required = true, paramLabel = "FILE", description = "a new file; keep it where it is safe")
    String to = "";

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "1000",
            description = "how many of the newest entries stay; default: ${DEFAULT-VALUE}")
    long keep;

    AuditArchiveCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return WriteScope.ENVIRONMENT;
    }

    @Override
    public Integer call() {
        if (keep < 1) {
            throw new UsageException("--keep takes 1 or more: the newest entry stays");
        }
        Path file = session.shell.path(to);
        try (FlagStore store = session.open()) {
            FlagAdmin admin = session.admin(store);
            return write(store, options -> archive(admin, file, options));
        }
    }

    private WriteOutcome archive(FlagAdmin admin, Path file, WriteOptions options) {
        AuditArchived archived = admin.archiveAudit(file, keep, options);
        if (!(archived.outcome() instanceof WriteOutcome.Done done)
                || archived.archive().isEmpty()) {
            return archived.outcome();
        }
        List<String> notes = new ArrayList<>(done.notes());
        notes.add(archived.archive().get().entries() + " entries, up to revision "
                + archived.archive().get().revision() + ", are in " + file);
        return new WriteOutcome.Done(
                done.action(),
                done.keys(),
                done.changed(),
                done.revision(),
                done.before(),
                done.after(),
                done.unknownKeys(),
                notes);
    }
}
