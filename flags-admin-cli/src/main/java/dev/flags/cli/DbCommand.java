package dev.flags.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code db migrate}. */
@Command(name = "db", description = "Make and migrate the tables of a database store.")
final class DbCommand extends VerbGroup {
    DbCommand(Session session) {
        super(session);
    }

    @Command(
            name = "migrate",
            description = {
                "Bring the store's tables to what this version writes.",
                "Makes the store where there is none."
            })
    static final class Migrate extends Verb {
        @Option(names = "--dry-run", description = "only list what would be applied")
        boolean dryRun;

        Migrate(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            StoreKind kind = session.kind();
            StoreKind.Migrations migrations = kind.migrations().orElse(null);
            if (migrations == null) {
                return nothingToMigrate(kind);
            }
            List<String> scripts = dryRun ? migrations.pending() : migrations.apply();
            session.print(
                    Tree.versioned()
                            .put("action", "db migrate")
                            .put("changed", !scripts.isEmpty())
                            .put("migrations", scripts)
                            .putIf(dryRun, "dryRun", true),
                    scripts,
                    () -> {
                        StringBuilder text = new StringBuilder();
                        scripts.forEach(script -> text.append(safe(script)).append('\n'));
                        return text.toString();
                    });
            session.shell.say("db migrate: "
                    + (scripts.isEmpty() ? "nothing to apply in " : dryRun ? "would be applied to " : "applied to ")
                    + kind.place());
            return ExitCode.DONE;
        }

        private int nothingToMigrate(StoreKind kind) {
            session.print(
                    Tree.versioned()
                            .put("action", "db migrate")
                            .put("changed", false)
                            .put("migrations", List.of())
                            .putIf(dryRun, "dryRun", true),
                    List.of(),
                    () -> "");
            session.shell.say("db migrate: nothing is needed, there are no tables in " + kind.place());
            return ExitCode.DONE;
        }
    }
}
