package dev.flags.cli;

import dev.flags.model.FlagState;
import dev.flags.model.RolloutRun;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "status",
        description = {
            "How a rollout stands, for a person and as a pipeline's gate.",
            "Exit code 0 while healthy, 7 when it ended badly, 9 when it is blocked or holding;",
            "with -w it goes on until the rollout is over, and is 8 when the time is up first."
        })
final class RolloutStatusCommand extends Verb {
    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    @Option(
            names = {"-w", "--watch"},
            description = "go on until it is over")
    boolean watch;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Times.DurationConverter.class,
            description = "with -w: at most so long; default: 30m")
    Duration timeout = Duration.ofMinutes(30);

    private long shown = -1;
    private int code;

    RolloutStatusCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            if (!watch) {
                show(store);
                return code;
            }
            if (Watch.run(session, store, timeout, this::show)) {
                return code;
            }
            session.shell.say(
                    "not over after " + timeout.toString().substring(2).toLowerCase(java.util.Locale.ROOT));
            return ExitCode.NOT_IN_TIME;
        }
    }

    /** Prints it, and answers whether it is still under way. */
    private boolean show(FlagStore store) {
        FlagState flag = GetCommand.find(store, key, session);
        RolloutRun run = RolloutCommand.run(store, key, session);
        code = codeOf(run.state());
        if (flag.revision() != shown) {
            boolean first = shown < 0;
            shown = flag.revision();
            if (!first && session.format() == OutputFormat.YAML) {
                session.shell.print("---");
            }
            session.print(
                    Tree.versioned()
                            .put("key", key)
                            .put("environment", store.environment())
                            .put(
                                    "percentage",
                                    new FlagView(flag, store.environment(), store.name())
                                            .percentage()
                                            .toBigDecimal())
                            .put("revision", flag.revision())
                            .put("final", run.state().isFinal())
                            .put("rollout", FlagView.tree(run)),
                    List.of(run.state().name()),
                    () -> (first ? "" : "\n") + FlagText.rollout(session, key, run));
        }
        return !run.state().isFinal();
    }

    static int codeOf(RolloutRun.State state) {
        return switch (state) {
            case ROLLING_BACK, ROLLED_BACK, ABORTED, KILLED -> ExitCode.ROLLOUT_ENDED_BADLY;
            case BLOCKED, HOLDING -> ExitCode.BLOCKED;
            case DRAFT, PREFLIGHT, RUNNING, PAUSED, AWAITING_APPROVAL, SOAKING, COMPLETED -> ExitCode.DONE;
        };
    }
}
