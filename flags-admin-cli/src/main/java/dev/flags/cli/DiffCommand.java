package dev.flags.cli;

import dev.flags.NoSuchFlagException;
import dev.flags.model.FlagJson;
import dev.flags.store.AuditEntry;
import dev.flags.store.EnvironmentSettings.Archived;
import dev.flags.store.FlagStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "diff", description = "What changed in a flag from one revision to another, or to now.")
final class DiffCommand extends Verb {
    private static final int PAGE = 200;

    @Parameters(index = "0", paramLabel = "KEY", description = "the flag")
    String key = "";

    @Parameters(index = "1", paramLabel = "R1", description = "the earlier revision")
    long from;

    @Parameters(index = "2", arity = "0..1", paramLabel = "R2", description = "the later revision; default: now")
    @Nullable
    Long to;

    DiffCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            if (store.history(Optional.of(key), Long.MAX_VALUE, 1).isEmpty()
                    && store.flag(key).revision() == 0) {
                throw new NoSuchFlagException("no such flag: " + key + " has no history in " + session.place(store));
            }
            long head = store.head().revision();
            long end = to == null ? head : to;
            List<Difference.Change> changes = Difference.between(at(store, from, head), at(store, end, head));
            session.print(
                    Tree.versioned()
                            .put("key", key)
                            .put("environment", store.environment())
                            .put("from", from)
                            .put("to", end)
                            .put("changes", (Object) changes.stream()
                                    .map(Difference.Change::tree)
                                    .toList()),
                    changes.stream().map(Difference.Change::path).toList(),
                    () -> safe(key) + ": revision " + from + " to " + end + "\n"
                            + (changes.isEmpty() ? "  no difference\n" : Difference.text(changes, session.shell.safe)));
        }
        return ExitCode.DONE;
    }

    /** The flag's records as they were at a revision of the environment; null where there was no such flag yet. */
    private @Nullable Object at(FlagStore store, long revision, long head) {
        if (revision < 0 || revision > head) {
            throw new NoSuchFlagException(
                    "no such revision: " + revision + "; " + session.place(store) + " is at " + head);
        }
        Optional<Archived> moved = store.settings().archived();
        if (moved.isPresent() && revision < moved.get().revision()) {
            throw new NoSuchFlagException(moved.get().whyNot(revision));
        }
        List<AuditEntry> entries = store.history(Optional.of(key), revision + 1, 1);
        Object state = entries.isEmpty()
                ? moved.isPresent() ? whereTheLogBegins(store) : null
                : entries.get(0).after().get(key);
        if (!(state instanceof Map<?, ?> found)) {
            return null;
        }
        Map<Object, Object> records = new LinkedHashMap<>(found);
        records.remove("revision");
        return records;
    }

    /** The flag as it was when the oldest entries were moved away: what the first change since then found, if there was one. */
    private @Nullable Object whereTheLogBegins(FlagStore store) {
        Object state = FlagJson.toTree(store.flag(key));
        long below = Long.MAX_VALUE;
        while (true) {
            List<AuditEntry> page = store.history(Optional.of(key), below, PAGE);
            if (!page.isEmpty()) {
                AuditEntry oldest = page.get(page.size() - 1);
                state = oldest.before().get(key);
                below = oldest.revision();
            }
            if (page.size() < PAGE) {
                return state;
            }
        }
    }
}
