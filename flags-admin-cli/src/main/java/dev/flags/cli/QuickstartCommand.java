package dev.flags.cli;

import dev.flags.store.FlagStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
            "Exit code 0 means that the application served exactly what each command asked for."
        })
final class QuickstartCommand extends Verb {
    private static final String KEY = "atomic-projects";
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

    QuickstartCommand(Session session) {
        super(session);
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
        migrate();
        chooseEnvironment();
        try (FlagStore store = session.openOrCreate()) {
            if (!tellStory(store)) {
                return ExitCode.FAILED;
            }
            say("");
            boolean intact = run("history", KEY) == 0;
            say("");
            intact &= run("audit", "verify") == 0;
            whatNext(store);
            return intact ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /** False when the application did not serve what was asked for. */
    private boolean tellStory(FlagStore store) throws IOException, InterruptedException {
        try (QuickstartApplication application = QuickstartApplication.start(forApplication(), users)) {
            say("The story takes place in the " + session.place(store) + ".");
            say("An application in another process (pid " + application.pid() + ") serves " + grouped(users)
                    + " users, again and again, and follows that store.");
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
        say("");
        say("# " + step.title());
        if (run(step.arguments(KEY)) != 0) {
            return false;
        }
        int expected = step.expectedUsers(KEY, users);
        QuickstartApplication.Served served = application.awaitServed(expected, PATIENCE);
        String sight = String.format(
                Locale.ROOT,
                "  the application serves the new path to %s of %s users (%.1f %%)",
                grouped(served.treated()),
                grouped(users),
                100.0 * served.treated() / users);
        if (served.treated() != expected) {
            say(sight);
            say("  WRONG: " + step.percentage() + " of these users are " + grouped(expected) + ", and "
                    + PATIENCE.toSeconds() + " s have passed");
            return false;
        }
        long committed =
                store.history(Optional.of(KEY), Long.MAX_VALUE, 1).get(0).at().toEpochMilli();
        long after = served.atMillis() - committed;
        // a new flag at 0 % changes nothing for the application, so there is no moment to compare; nor is there where
        // the
        // store's clock is not this machine's
        boolean followed = (!step.percentage().isZero() || store.head().revision() > 1) && after >= 0;
        say(followed ? sight + ", " + after + " ms after the commit" : sight);
        return true;
    }

    /** Prints a command as a user would type it, and runs it. */
    private int run(String... arguments) {
        say("$ flags " + String.join(" ", quoted(arguments)));
        session.shell.out.flush();
        return Main.run(session.shell.with(variables()), arguments);
    }

    /** What tells the verbs and the application where the flags are. A password is no argument, not even here. */
    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        variables.put("FLAGS_STORE", session.settings().store());
        variables.put("FLAGS_ENVIRONMENT", environment());
        variables.put("FLAGS_ACTOR", session.settings().actor());
        session.password().ifPresent(password -> variables.put("FLAGS_PASSWORD", password));
        variables.putAll(session.settings().tls().variables());
        return variables;
    }

    private Map<String, String> forApplication() {
        Map<String, String> variables = variables();
        variables.putAll(session.kind().forApplications());
        return variables;
    }

    private void migrate() {
        if (session.kind().migrations().isPresent()) {
            List<String> applied = session.kind().migrations().get().apply();
            if (!applied.isEmpty()) {
                say("Made the tables of a new store in " + session.kind().place() + ".");
            }
        }
    }

    private static List<String> quoted(String... arguments) {
        return Arrays.stream(arguments)
                .map(a -> a.contains(" ") ? '"' + a + '"' : a)
                .toList();
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
        say("");
        say("The application has ended. The flag and its history stay in " + session.place(store) + ". Try next:");
        say("  export FLAGS_ENVIRONMENT=" + environment() + (url == null ? "" : " FLAGS_STORE=" + Shell.quoted(url)));
        say(flags + " get " + KEY);
        say(flags + " eval " + KEY + " --user user-7 --explain");
        say(flags + " set " + KEY + " 25% --dry-run");
        say(flags + " rollout start " + KEY + " --manual --stages 75,100");
        say(flags + " --help");
    }

    private void say(String line) {
        session.shell.print(safe(line));
        session.shell.out.flush();
    }

    private static String grouped(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
