package dev.flags.cli;

import dev.flags.NoSuchFlagException;
import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "history", description = "Who changed what, when and why; newest first.")
final class HistoryCommand extends Verb {
    @Parameters(arity = "0..1", paramLabel = "KEY", description = "only changes of this flag")
    @Nullable
    String key;

    @Option(
            names = "--since",
            paramLabel = "T",
            description = "not before this: 2h (ago), 2026-11-21, 2026-11-21T10:15:30Z")
    @Nullable
    String since;

    @Option(names = "--limit", paramLabel = "N", description = "at most so many entries; default: ${DEFAULT-VALUE}")
    int limit = 50;

    HistoryCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new UsageException("--limit must be at least 1");
        }
        Optional<Instant> from =
                Optional.ofNullable(since).map(text -> Times.since(text, session.shell.clock.instant()));
        try (FlagStore store = session.open()) {
            List<AuditEntry> entries = HistoryText.read(store, Optional.ofNullable(key), from, limit);
            String named = key;
            if (named != null
                    && entries.isEmpty()
                    && store.history(Optional.of(named), Long.MAX_VALUE, 1).isEmpty()
                    && store.flag(named).revision() == 0) {
                throw new NoSuchFlagException("no such flag: " + named + " has no history in " + session.place(store));
            }
            session.print(
                    Tree.versioned().put("environment", store.environment()).put("entries", (Object) entries.stream()
                            .map(entry -> HistoryText.tree(entry).map())
                            .toList()),
                    entries.stream()
                            .map(entry -> Long.toString(entry.revision()))
                            .toList(),
                    () -> HistoryText.table(session, entries));
            if (entries.size() < limit && from.isEmpty()) {
                store.settings()
                        .archived()
                        .ifPresent(begin -> session.shell.say("note: the log begins after revision " + begin.revision()
                                + "; what was before "
                                + (begin.entries() > 0
                                        ? "was moved to " + begin.file()
                                        : "was lost, and restored from " + begin.file())));
            }
        }
        return ExitCode.DONE;
    }
}
