package dev.flags.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;

/**
 * All verbs. Picocli reads a verb's annotations by reflection when it is added, and that is most of what a start costs; so a
 * run adds only the verbs that its arguments name.
 */
final class Verbs {
    /** How each is made; a new verb is one line here. */
    private static final Map<String, Function<Session, CommandLine>> MAKERS = new LinkedHashMap<>();

    static {
        add("list", ListCommand::new);
        add("get", GetCommand::new);
        add("create", CreateCommand::new);
        add("set", SetCommand::new);
        MAKERS.put(
                "scheduled",
                s -> group(new ScheduledCommand(s), new ScheduledCommand.ListAll(s), new ScheduledCommand.Cancel(s)));
        add("enable", EnableCommand::new);
        add("disable", DisableCommand::new);
        add("kill", KillCommand::new);
        add("unkill", UnkillCommand::new);
        add("target", TargetCommand::new);
        MAKERS.put("rollout", RolloutCommand::commandLine);
        add("history", HistoryCommand::new);
        add("report", ReportCommand::new);
        add("controller", ControllerCommand::new);
        add("drill", DrillCommand::new);
        add("diff", DiffCommand::new);
        add("undo", UndoCommand::new);
        add("eval", EvalCommand::new);
        add("bucket", BucketCommand::new);
        add("apply", ApplyCommand::new);
        add("export", ExportCommand::new);
        add("lint", LintCommand::new);
        add("archive", ArchiveCommand::new);
        add("stale", StaleCommand::new);
        add("restore", RestoreCommand::new);
        MAKERS.put(
                "audit",
                s -> group(
                        new AuditCommand(s),
                        new AuditCommand.Verify(s),
                        new AuditCommand.Export(s),
                        new AuditArchiveCommand(s)));
        MAKERS.put(
                "environment",
                s -> group(
                        new EnvironmentCommand(s),
                        new EnvironmentCommand.Protect(s),
                        new EnvironmentCommand.Unprotect(s),
                        new EnvironmentCommand.ListAll(s),
                        new EnvironmentCommand.Show(s)));
        MAKERS.put(
                "segment",
                s -> group(
                        new SegmentCommand(s),
                        new SegmentImportCommand(s),
                        new SegmentListCommand(s),
                        new SegmentShowCommand(s),
                        new SegmentCheckCommand(s)));
        add("doctor", DoctorCommand::new);
        MAKERS.put("db", s -> group(new DbCommand(s), new DbCommand.Migrate(s)));
        MAKERS.put(
                "profile",
                s -> group(
                        new ProfileCommand(s),
                        new ProfileCommand.ListAll(s),
                        new ProfileCommand.Change(s),
                        new ProfileCommand.Use(s)));
        add("completion", CompletionCommand::new);
        add("version", VersionCommand::new);
        add("quickstart", QuickstartCommand::new);
    }

    /** The names of all verbs, in the order of the help. */
    static final Set<String> ALL = MAKERS.keySet();

    private Verbs() {}

    private static void add(String name, Function<Session, Verb> maker) {
        MAKERS.put(name, session -> new CommandLine(maker.apply(session)));
    }

    static CommandLine group(Verb group, Verb... beneath) {
        CommandLine line = new CommandLine(group);
        for (Verb verb : beneath) {
            line.addSubcommand(verb);
        }
        return line;
    }

    /** The verbs that some argument names; all where none does, or where the verb might be mistyped. */
    static Set<String> namedIn(String[] args) {
        Set<String> named = new LinkedHashSet<>();
        boolean value = false;
        for (String arg : args) {
            if (value) {
                value = false;
            } else if (arg.startsWith("-")) {
                value = List.of("--store", "--environment", "--profile", "-o", "--output", "--as", "--password-file")
                        .contains(arg);
            } else if (named.isEmpty()) {
                if (!ALL.contains(arg)) {
                    return ALL;
                }
                named.add(arg);
            }
        }
        return named.isEmpty() ? ALL : named;
    }

    static CommandLine commandLine(Session session, Set<String> names) {
        CommandLine root = new CommandLine(new FlagsCommand(session));
        for (String name : new ArrayList<>(names)) {
            Function<Session, CommandLine> maker = MAKERS.get(name);
            if (maker != null) {
                root.addSubcommand(name, maker.apply(session));
            }
        }
        return root;
    }
}
