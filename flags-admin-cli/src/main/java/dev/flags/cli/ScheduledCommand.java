package dev.flags.cli;

import dev.flags.store.FlagStore;
import dev.flags.store.ScheduledChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code scheduled list|cancel}. */
@Command(name = "scheduled", description = "What is to be set at a time: list it, or take it back.")
final class ScheduledCommand extends VerbGroup {
    ScheduledCommand(Session session) {
        super(session);
    }

    @Command(name = "list", description = "The changes to come, the next first.")
    static final class ListAll extends Verb {
        ListAll(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            try (FlagStore store = session.open()) {
                List<ScheduledChange> changes = store.settings().scheduled();
                session.print(
                        Tree.versioned().put("environment", store.environment()).put("scheduled", (Object)
                                changes.stream().map(ListAll::tree).toList()),
                        changes.stream().map(ScheduledChange::id).toList(),
                        () -> text(changes));
                if (changes.isEmpty()) {
                    session.shell.say("nothing is scheduled in " + session.place(store));
                } else if (RolloutView.nobodyControls(store)) {
                    session.shell.say(
                            "note: no controller is at work in this environment; it takes one at that time: 'flags controller'");
                }
            }
            return ExitCode.DONE;
        }

        private String text(List<ScheduledChange> changes) {
            if (changes.isEmpty()) {
                return "";
            }
            Table table = new Table(session.shell, "ID", "FLAG", "AT", "PERCENT", "BY", "REASON");
            changes.forEach(change -> table.row(
                    change.id(),
                    change.flag(),
                    change.at().toString(),
                    change.percentage().toString(),
                    change.by(),
                    change.reason()));
            return table.toString();
        }

        private static Map<String, Object> tree(ScheduledChange change) {
            return new Tree()
                    .put("id", change.id())
                    .put("key", change.flag())
                    .put("percentage", change.percentage().toBigDecimal())
                    .put("at", change.at().toString())
                    .put("by", change.by())
                    .put("reason", change.reason())
                    .put("createdAt", change.createdAt().toString())
                    .map();
        }
    }

    @Command(name = "cancel", description = "Take back what is scheduled.")
    static final class Cancel extends WriteVerb {
        @Parameters(paramLabel = "ID", description = "as 'scheduled list' shows it")
        String id = "";

        Cancel(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            return write(admin -> options -> admin.cancelScheduled(id, options));
        }

        @Override
        Optional<String> text(FlagStore store) {
            return Optional.of(safe(id) + ": cancelled\n");
        }
    }
}
