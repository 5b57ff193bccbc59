package dev.flags.cli;

import dev.flags.model.FlagState;
import dev.flags.store.FlagStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "stale", description = "List the flags that are due for removal, and why.")
final class StaleCommand extends Verb {
    StaleCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            Instant now = session.shell.clock.instant();
            Map<FlagState, List<String>> stale = new LinkedHashMap<>();
            store.flags().stream().sorted(Comparator.comparing(FlagState::key)).forEach(flag -> {
                List<String> reasons = Staleness.reasons(flag, now);
                if (!reasons.isEmpty()) {
                    stale.put(flag, reasons);
                }
            });
            List<Map<String, Object>> trees = stale.entrySet().stream()
                    .map(entry -> new FlagView(entry.getKey(), store.environment(), store.name())
                            .tree()
                            .put("why", entry.getValue())
                            .map())
                    .toList();
            session.print(
                    Tree.versioned().put("environment", store.environment()).put("flags", (Object) trees),
                    stale.keySet().stream().map(FlagState::key).toList(),
                    () -> text(stale));
        }
        return ExitCode.DONE;
    }

    private String text(Map<FlagState, List<String>> stale) {
        Table table = new Table(session.shell, "KEY", "OWNER", "WHY");
        stale.forEach((flag, reasons) ->
                table.row(flag.key(), flag.definition().map(d -> d.owner()).orElse(""), String.join("; ", reasons)));
        return table.toString();
    }
}
