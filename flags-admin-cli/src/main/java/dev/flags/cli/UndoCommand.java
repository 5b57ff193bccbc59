package dev.flags.cli;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "undo",
        description = {
            "Go back to an earlier definition, as a new revision.",
            "Never lifts a kill or restarts a rollout; says what stays killed."
        })
final class UndoCommand extends WriteVerb {
    @Parameters(arity = "0..*", paramLabel = "KEY", description = "the flags")
    List<String> keys = List.of();

    @Option(names = "--all", description = "the whole environment; needs --to-revision")
    boolean all;

    @Option(
            names = "--to-revision",
            paramLabel = "N",
            description = "as it was at this revision; default: before the last change")
    @Nullable
    Long toRevision;

    UndoCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return all ? WriteScope.ENVIRONMENT : WriteScope.of(keys);
    }

    @Override
    public Integer call() {
        if (all == !keys.isEmpty()) {
            throw new UsageException("name the flags, or say --all --to-revision N");
        }
        Long revision = toRevision;
        if (revision != null && revision < 0) {
            throw new UsageException("--to-revision must not be negative");
        }
        if (all) {
            if (revision == null) {
                throw new UsageException("--all needs --to-revision N");
            }
            return write(admin -> options -> admin.undoAll(revision, options));
        }
        OptionalLong to = revision == null ? OptionalLong.empty() : OptionalLong.of(revision);
        return write(admin -> options -> admin.undo(keys, to, options));
    }
}
