package dev.flags.cli;

import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How the quickstart's stories are told: commands printed as a user would type them, and run. Confined to one thread. */
final class QuickstartTelling {
    /** The flag that the stories are about. */
    static final String KEY = "atomic-projects";

    private final Session session;
    private final Optional<Clock> clock;

    QuickstartTelling(Session session) {
        this(session, Optional.empty());
    }

    private QuickstartTelling(Session session, Optional<Clock> clock) {
        this.session = session;
        this.clock = clock;
    }

    /** The same, of a world in which time passes as this clock says. */
    QuickstartTelling at(Clock other) {
        return new QuickstartTelling(session, Optional.of(other));
    }

    void say(String line) {
        session.shell.print(session.shell.safe.line(line));
        session.shell.out.flush();
    }

    /** Prints a command as a user would type it, and runs it. */
    int run(String... arguments) {
        say("$ flags " + String.join(" ", quoted(arguments)));
        session.shell.out.flush();
        return Main.run(shell(), arguments);
    }

    /** The world that the verbs of the story run in. */
    Shell shell() {
        Shell shell = session.shell.with(variables());
        return clock.map(shell::at).orElse(shell);
    }

    /** What tells an application where the flags are, and as whom to log in. */
    Map<String, String> forApplication() {
        Map<String, String> variables = variables();
        variables.putAll(session.kind().forApplications());
        return variables;
    }

    /** What tells the verbs and the application where the flags are. A password is no argument, not even here. */
    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        variables.put("FLAGS_STORE", session.settings().store());
        variables.put("FLAGS_ENVIRONMENT", session.settings().environment());
        variables.put("FLAGS_ACTOR", session.settings().actor());
        session.password().ifPresent(password -> variables.put("FLAGS_PASSWORD", password));
        variables.put("FLAGS_STORE_TIMEOUT", session.settings().timeout().toString());
        variables.putAll(session.settings().tls().variables());
        variables.putAll(session.kind().furtherLogins());
        return variables;
    }

    private static List<String> quoted(String... arguments) {
        return Arrays.stream(arguments)
                .map(a -> a.contains(" ") ? '"' + a + '"' : a)
                .toList();
    }

    static String grouped(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
