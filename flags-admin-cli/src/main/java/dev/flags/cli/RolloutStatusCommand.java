package dev.flags.cli;

import dev.flags.store.FlagStore;
import java.time.Duration;
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

    RolloutStatusCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            RolloutFollowing following = new RolloutFollowing(session, store, key);
            return watch ? following.untilOver(timeout) : following.once();
        }
    }
}
