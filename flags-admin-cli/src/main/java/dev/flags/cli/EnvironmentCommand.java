package dev.flags.cli;

import dev.flags.secrets.Secrets;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.FlagStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code environment protect|unprotect|list|show}. */
@Command(name = "environment", description = "What an environment asks of those who change it.")
final class EnvironmentCommand extends VerbGroup {
    EnvironmentCommand(Session session) {
        super(session);
    }

    /** The environment that is named, or else the one that the options say. */
    private static void choose(Session session, @Nullable String name) {
        if (name != null) {
            session.options.environment = name;
            session.forgetSettings();
        }
    }

    @Command
    private abstract static class Protection extends WriteVerb {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = "the environment; default: --environment")
        @Nullable
        String name;

        Protection(Session session) {
            super(session);
        }

        abstract boolean wanted();

        @Override
        WriteScope scope() {
            return WriteScope.ENVIRONMENT;
        }

        @Override
        public Integer call() {
            choose(session, name);
            return write(admin -> options -> admin.protect(wanted(), options));
        }
    }

    @Command(
            name = "protect",
            description = "From now on every change needs a reason, and one that raises exposure a confirmation.")
    static final class Protect extends Protection {
        Protect(Session session) {
            super(session);
        }

        @Override
        boolean wanted() {
            return true;
        }
    }

    @Command(name = "unprotect", description = "End the protection.")
    static final class Unprotect extends Protection {
        Unprotect(Session session) {
            super(session);
        }

        @Override
        boolean wanted() {
            return false;
        }
    }

    @Command(name = "show", description = "Show one environment.")
    static final class Show extends Verb {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = "the environment; default: --environment")
        @Nullable
        String name;

        Show(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            choose(session, name);
            try (FlagStore store = session.open()) {
                EnvironmentSettings settings = store.settings();
                long revision = store.head().revision();
                int flags = store.flags().size();
                session.print(
                        Tree.versioned()
                                .put("environment", store.environment())
                                .put("protected", settings.isProtected())
                                .put("revision", revision)
                                .put("flags", (long) flags)
                                .put("store", Secrets.mask(store.location()))
                                .putIf(
                                        settings.archived().isPresent(),
                                        "archivedThrough",
                                        settings.archived()
                                                .map(EnvironmentSettings.Archived::revision)
                                                .orElse(0L)),
                        List.of(store.environment()),
                        () -> "environment  " + store.environment() + "\nprotected    "
                                + (settings.isProtected() ? "yes" : "no")
                                + "\nrevision     " + revision + "\nflags        " + flags + "\nstore        "
                                + safe(store.location())
                                + settings.archived()
                                        .map(archived -> "\narchived     up to revision " + archived.revision()
                                                + ", in " + safe(archived.file()))
                                        .orElse("")
                                + "\n");
            }
            return ExitCode.DONE;
        }
    }

    @Command(name = "list", description = "List the environments of the store.")
    static final class ListAll extends Verb {
        ListAll(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            StoreKind kind = session.kind();
            List<String> names;
            try (FlagStore store = session.open()) {
                names = store.environments();
            }
            List<Map<String, Object>> trees = new ArrayList<>();
            Table table = new Table(session.shell, "ENVIRONMENT", "PROTECTED", "REVISION");
            for (String name : names) {
                try (FlagStore store = kind.open(name)) {
                    boolean isProtected = store.settings().isProtected();
                    long revision = store.head().revision();
                    trees.add(new Tree()
                            .put("environment", name)
                            .put("protected", isProtected)
                            .put("revision", revision)
                            .map());
                    table.row(name, isProtected ? "yes" : "no", Long.toString(revision));
                }
            }
            session.print(Tree.versioned().put("environments", (Object) trees), names, table::toString);
            return ExitCode.DONE;
        }
    }
}
