package dev.flags.cli;

import dev.flags.NoSuchFlagException;
import dev.flags.model.FlagState;
import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "get", description = "Show one flag: what it amounts to, its rollout, its last revisions.")
final class GetCommand extends Verb {
    private static final int REVISIONS_SHOWN = 5;
    private static final Duration FOR_EVER = Duration.ofDays(3650);

    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    @Option(
            names = {"-w", "--watch"},
            description = "go on, and show it after every change")
    boolean watch;

    private long shown = -1;

    GetCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            if (watch && !(store instanceof ReadOnlyFile)) {
                Watch.run(session, store, FOR_EVER, this::show);
            } else {
                show(store);
            }
        }
        return ExitCode.DONE;
    }

    private boolean show(FlagStore store) {
        FlagState flag = find(store, key, session);
        if (flag.revision() == shown) {
            return true; // the commit was about another flag
        }
        boolean first = shown < 0;
        shown = flag.revision();
        FlagView view = new FlagView(flag, store.environment(), store.name());
        List<AuditEntry> entries = store instanceof ReadOnlyFile || session.format() != OutputFormat.TABLE
                ? List.of()
                : store.history(Optional.of(key), Long.MAX_VALUE, REVISIONS_SHOWN);
        if (!first && session.format() == OutputFormat.YAML) {
            session.shell.print("---");
        }
        session.print(
                Tree.versioned().putAll(view.tree().map()),
                List.of(key),
                () -> (first ? "" : "\n") + FlagText.of(session, view, session.place(store), entries));
        return true;
    }

    /** The flag, which may be only a latch or a document that cannot be understood, but must be something. */
    static FlagState find(FlagStore store, String key, Session session) {
        FlagState flag = store.flag(key);
        if (flag.definition().isEmpty()
                && flag.kill().isEmpty()
                && flag.problems().isEmpty()) {
            throw new NoSuchFlagException("no such flag: " + key + " in " + session.place(store));
        }
        return flag;
    }
}
