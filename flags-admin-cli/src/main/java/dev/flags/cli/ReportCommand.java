package dev.flags.cli;

import dev.flags.NoSuchFlagException;
import dev.flags.model.FlagState;
import dev.flags.model.RolloutRun;
import dev.flags.store.AuditEntry;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.FlagStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description = {
            "An incident's timeline as Markdown: what changed, who did it, why, and what each step stood on.",
            "-o json gives the same as data."
        })
final class ReportCommand extends Verb {
    private static final int ENTRIES_AT_MOST = 10_000;

    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    @Option(
            names = "--since",
            paramLabel = "T",
            description = "from when on: 2h (ago), 2026-11-21, 2026-11-21T10:15:30Z; default: 2h")
    String since = "2h";

    ReportCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Times.since(since, session.shell.clock.instant()); // a wrong time is wrong usage, whatever the store says
        try (FlagStore store = session.open()) {
            Instant now = store.now();
            Instant from = Times.since(since, now);
            if (from.isAfter(now)) {
                throw new UsageException("--since " + since + " is in the future; it is " + now + " in the store");
            }
            FlagState flag = store.flag(key);
            List<AuditEntry> entries = HistoryText.read(store, Optional.of(key), Optional.of(from), ENTRIES_AT_MOST);
            if (flag.revision() == 0
                    && entries.isEmpty()
                    && store.history(Optional.of(key), Long.MAX_VALUE, 1).isEmpty()) {
                throw new NoSuchFlagException("no such flag: " + key + " has no history in " + session.place(store));
            }
            Incident incident = Incident.of(key, store.environment(), from, now, entries, flag);
            session.print(
                    tree(incident),
                    incident.steps().stream()
                            .map(step -> Long.toString(step.entry().revision()))
                            .toList(),
                    () -> IncidentMarkdown.of(incident, session.shell.safe, session.place(store)));
            sayWhatIsMissing(store, entries);
        }
        return ExitCode.DONE;
    }

    private void sayWhatIsMissing(FlagStore store, List<AuditEntry> entries) {
        if (entries.size() == ENTRIES_AT_MOST) {
            session.shell.say("note: only the newest " + ENTRIES_AT_MOST + " changes; a later --since shows them all");
        }
        Optional<EnvironmentSettings.Archived> archived = store.settings().archived();
        if (archived.isPresent()) {
            session.shell.say("note: the log begins after revision "
                    + archived.get().revision() + "; what was before is in "
                    + archived.get().file());
        }
    }

    private static Tree tree(Incident incident) {
        return Tree.versioned()
                .put("key", incident.key())
                .put("environment", incident.environment())
                .put("since", incident.since().toString())
                .put("until", incident.until().toString())
                .put("percentage", Incident.served(incident.now()).toBigDecimal())
                .put("highestPercentage", incident.highest().toBigDecimal())
                .put("exposedFor", incident.exposedFor().toString())
                .put("steps", (Object)
                        incident.steps().stream().map(ReportCommand::step).toList())
                .put("exposed", (Object) incident.exposed().stream()
                        .map(time -> new Tree()
                                .put("from", time.from().toString())
                                .put("to", time.to().toString())
                                .put("percentage", time.percentage().toBigDecimal())
                                .map())
                        .toList())
                .put("rollouts", (Object)
                        incident.runs().stream().map(ReportCommand::run).toList())
                .put("retreats", (Object)
                        incident.retreats().stream().map(ReportCommand::retreat).toList())
                .put("kills", (Object)
                        incident.kills().stream().map(ReportCommand::kill).toList());
    }

    private static Object step(Incident.Step step) {
        return HistoryText.tree(step.entry())
                .put("percentageBefore", step.servedBefore().toBigDecimal())
                .put("percentageAfter", step.servedAfter().toBigDecimal())
                .put("newlyReached", step.share().reached().toBigDecimal())
                .put("takenAway", step.share().taken().toBigDecimal())
                .map();
    }

    private static Object run(RolloutRun run) {
        return new Tree()
                .putAll(FlagView.tree(run))
                .put("why", run.why())
                .put("endedAt", run.endedAt().map(Object::toString).orElse(null))
                .map();
    }

    private static Object retreat(Incident.Retreat retreat) {
        return new Tree()
                .put("at", retreat.first().entry().at().toString())
                .put("revision", retreat.first().entry().revision())
                .put("action", retreat.first().entry().action())
                .put("raisedAt", text(retreat.raise().map(step -> step.entry().at())))
                .put("offAt", text(retreat.off()))
                .put("percentage", retreat.last().servedAfter().toBigDecimal())
                .map();
    }

    private static Object kill(Incident.Killed kill) {
        return new Tree()
                .put("at", kill.latch().at().toString())
                .put("by", kill.latch().by())
                .put("reason", kill.latch().reason())
                .put("liftedAt", text(kill.lifted().map(step -> step.entry().at())))
                .map();
    }

    private static @Nullable String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }
}
