package dev.flags.cli;

import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code audit verify|export|archive}. */
@Command(
        name = "audit",
        description = "Check the history's hash chain, print its entries, or move the oldest to a file.")
final class AuditCommand extends VerbGroup {
    AuditCommand(Session session) {
        super(session);
    }

    @Command(name = "verify", description = "Read the whole chain and check each link; exit code 1 when it is broken.")
    static final class Verify extends Verb {
        Verify(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            try (FlagStore store = session.open()) {
                FlagStore.ChainReport report = store.verify();
                session.print(
                        Tree.versioned()
                                .put("environment", store.environment())
                                .put("entries", report.entries())
                                .put("intact", report.intact())
                                .put("firstBroken", report.firstBroken().orElse(null))
                                .putIf(!report.intact(), "problem", report.problem()),
                        List.of(report.intact() ? "intact" : "broken"),
                        () -> report.intact()
                                ? report.entries() + " entries, chain intact\n"
                                : "BROKEN at revision " + report.firstBroken().orElse(0L) + ": "
                                        + safe(report.problem()) + "\n");
                session.shell.say("audit verify: " + session.place(store));
                return report.intact() ? ExitCode.DONE : ExitCode.FAILED;
            }
        }
    }

    @Command(
            name = "export",
            description = {
                "Print every entry as one line of JSON, oldest first.",
                "The hash of an entry is the SHA-256 of its payload, which is printed exactly as it is stored."
            })
    static final class Export extends Verb {
        private static final int PAGE = 500;

        Export(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            try (FlagStore store = session.open()) {
                long after = 0;
                while (true) {
                    List<AuditEntry> page = store.entriesAfter(after, PAGE);
                    for (AuditEntry entry : page) {
                        session.printJson(Tree.versioned()
                                .putAll(HistoryText.tree(entry).map())
                                .put("payload", entry.payload())
                                .map());
                        after = entry.revision();
                    }
                    if (page.size() < PAGE || session.shell.out.checkError()) {
                        session.shell.out.flush();
                        return ExitCode.DONE;
                    }
                }
            }
        }
    }
}
