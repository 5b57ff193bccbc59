package dev.flags.cli;

import dev.flags.store.FlagStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quickstart}: a real application follows a rollout, a kill and an undo, made by the verbs a user would type. */
@Command(
        name = "quickstart",
        description = "Runs a small application and takes it through a rollout, a kill and an undo.",
        footer = {
            "",
            "The story takes place in an environment of its own (quickstart, quickstart-2, …) of the store; nothing else is touched.",
            "In a database, the tables are made first where there are none.",
            "Exit code 0 means that the application served exactly what each command asked for; with --guarded, that the rollout came down",
            "by itself. That story needs a clock that can be turned faster, which only an SQLite file has."
        })
final class QuickstartCommand extends Verb {
    private static final String KEY = QuickstartTelling.KEY;
    private static final String PROJECTS = "dev.flags.examples.quickstart.ProjectApplication";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "4000",
            description = "How many users the application serves (default: ${DEFAULT-VALUE}).")
    int users;

    @Option(
            names = {"-y", "--yes"},
            description = "agree to an environment that has a history already")
    boolean yes;

    @Option(
            names = "--guarded",
            description = "the story of a rollout that climbs by itself and comes down by itself, at a fast clock")
    boolean guarded;

    private final QuickstartTelling telling;

    QuickstartCommand(Session session) {
        super(session);
        telling = new QuickstartTelling(session);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (users < 1 || users > 100_000) {
            throw new UsageException("--users takes 1 to 100000");
        }
        if (session.settings().isProtected()) {
            throw new UsageException("profile " + session.settings().profile()
                    + " is protected, so it is no place for a trial; say --store URL and --profile of another");
        }
        if (guarded && !(session.kind() instanceof SqliteKind)) {
            throw new UsageException("the guarded story needs a clock that can be turned faster: say --store "
                    + SqliteKind.PREFIX + "PATH, or leave --store out");
        }
        migrate();
        chooseEnvironment();
        try (FlagStore store = session.openOrCreate()) {
            if (!(guarded ? new GuardedStory(session, telling, users).tell() : tellStory(store))) {
                return ExitCode.FAILED;
            }
            telling.say("");
            boolean intact = telling.run("history", KEY) == 0;
            telling.say("");
            intact &= telling.run("audit", "verify") == 0;
            whatNext(store);
            return intact ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /** False when the application did not serve what was asked for. */
    private boolean tellStory(FlagStore store) throws IOException, InterruptedException {
        try (QuickstartApplication application =
                QuickstartApplication.start(telling.forApplication(), PROJECTS, Integer.toString(users))) {
            telling.say("The story takes place in the " + session.place(store) + ".");
            telling.say("An application in another process (pid " + application.pid() + ") serves "
                    + QuickstartTelling.grouped(users) + " users, again and again, and follows that store.");
            for (QuickstartStep step : QuickstartStep.STORY) {
                if (!tell(step, store, application)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Makes a step and compares what the application then serves; false ends the story. */
    private boolean tell(QuickstartStep step, FlagStore store, QuickstartApplication application)
            throws InterruptedException {
        telling.say("");
        telling.say("# " + step.title());
        if (telling.run(step.arguments(KEY)) != 0) {
            return false;
        }
        int expected = step.expectedUsers(KEY, users);
        QuickstartApplication.Served served = application.awaitServed(expected, PATIENCE);
        String sight = String.format(
                Locale.ROOT,
                "  the application serves the new path to %s of %s users (%.1f %%)",
                QuickstartTelling.grouped(served.treated()),
                QuickstartTelling.grouped(users),
                100.0 * served.treated() / users);
        if (served.treated() != expected) {
            telling.say(sight);
            telling.say("  WRONG: " + step.percentage() + " of these users are " + QuickstartTelling.grouped(expected)
                    + ", and " + PATIENCE.toSeconds() + " s have passed");
            return false;
        }
        long committed =
                store.history(Optional.of(KEY), Long.MAX_VALUE, 1).get(0).at().toEpochMilli();
        long after = served.atMillis() - committed;
        // nothing to compare for a new flag at 0 %, nor where the store's clock is not this machine's
        boolean followed = (!step.percentage().isZero() || store.head().revision() > 1) && after >= 0;
        telling.say(followed ? sight + ", " + after + " ms after the commit" : sight);
        return true;
    }

    private void migrate() {
        if (session.kind().migrations().isPresent()) {
            List<String> applied = session.kind().migrations().get().apply();
            if (!applied.isEmpty()) {
                telling.say(
                        "Made the tables of a new store in " + session.kind().place() + ".");
            }
        }
    }

    /** The first of quickstart, quickstart-2, … that nobody has written to. */
    private void chooseEnvironment() {
        if (session.options.environment != null) {
            try (FlagStore store = session.openOrCreate()) {
                if (store.head().revision() > 0 && !yes) {
                    Writing.agree(
                            session,
                            "The " + session.place(store)
                                    + " has a history already. Tell the story there all the same?");
                }
            }
            return;
        }
        for (int i = 1; ; i++) {
            session.options.environment = i == 1 ? "quickstart" : "quickstart-" + i;
            session.forgetSettings();
            try (FlagStore store = session.openOrCreate()) {
                if (store.head().revision() == 0) {
                    return;
                }
            }
        }
    }

    private String environment() {
        return session.settings().environment();
    }

    private void whatNext(FlagStore store) {
        String flags = "  " + session.shell.command();
        String url = session.options.store;
        telling.say("");
        telling.say(
                "The application has ended. The flag and its history stay in " + session.place(store) + ". Try next:");
        telling.say("  export FLAGS_ENVIRONMENT=" + environment()
                + (url == null ? "" : " FLAGS_STORE=" + Shell.quoted(url)));
        telling.say(flags + " get " + KEY);
        telling.say(flags + " eval " + KEY + " --user user-7 --explain");
        telling.say(flags + " set " + KEY + " 25% --dry-run");
        telling.say(flags + " rollout start " + KEY + " --manual --stages 75,100");
        telling.say(flags + " --help");
    }
}
