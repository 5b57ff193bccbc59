package dev.flags.cli;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.store.FlagStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List the flags of an environment.")
final class ListCommand extends Verb {
    @Option(names = "--tag", paramLabel = "TAG", description = "only those with this tag")
    @Nullable
    String tag;

    @Option(names = "--killed", description = "only those that are killed")
    boolean killed;

    @Option(names = "--rolling", description = "only those with a rollout that is not over")
    boolean rolling;

    @Option(names = "--stale", description = "only those due for removal; 'flags stale' says why")
    boolean stale;

    ListCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            Instant now = session.shell.clock.instant();
            List<FlagView> flags = store.flags().stream()
                    .filter(flag -> isListed(flag, now))
                    .sorted(Comparator.comparing(FlagState::key))
                    .map(flag -> new FlagView(flag, store.environment(), store.name()))
                    .toList();
            session.print(
                    Tree.versioned()
                            .put("environment", store.environment())
                            .put("revision", store.head().revision())
                            .put("flags", (Object) flags.stream()
                                    .map(flag -> flag.tree().map())
                                    .toList()),
                    flags.stream().map(flag -> flag.state().key()).toList(),
                    () -> FlagTable.text(session.shell, flags));
            if (flags.isEmpty()) {
                session.shell.say("no such flags in " + session.place(store));
            }
        }
        return ExitCode.DONE;
    }

    private boolean isListed(FlagState flag, Instant now) {
        boolean archived = flag.definition().map(FlagDefinition::archived).orElse(false);
        boolean known = flag.definition().isPresent()
                || flag.kill().isPresent()
                || !flag.problems().isEmpty();
        return known
                && (!archived || (killed && flag.kill().isPresent()))
                && (tag == null
                        || flag.definition().map(d -> d.tags().contains(tag)).orElse(false))
                && (!killed || flag.kill().isPresent())
                && (!rolling || flag.activeRollout().isPresent())
                && (!stale || !Staleness.reasons(flag, now).isEmpty());
    }
}
