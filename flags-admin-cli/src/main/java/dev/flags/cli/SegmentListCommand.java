package dev.flags.cli;

import dev.flags.store.FlagStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "list", description = "List the segments of the environment.")
final class SegmentListCommand extends Verb {
    SegmentListCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            Map<String, SegmentView> views = SegmentView.all(store);
            List<Map<String, Object>> trees = new ArrayList<>();
            Table table = new Table(session.shell, "NAME", "KIND", "MEMBERS", "REVISION", "USED BY");
            views.forEach((name, view) -> {
                trees.add(view.tree(new Tree()).map());
                table.row(
                        name,
                        view.kind(),
                        Long.toString(view.members()),
                        Long.toString(view.revision()),
                        String.join(", ", view.usedBy()));
            });
            session.print(
                    Tree.versioned().put("environment", store.environment()).put("segments", (Object) trees),
                    List.copyOf(views.keySet()),
                    table::toString);
        }
        return ExitCode.DONE;
    }
}
