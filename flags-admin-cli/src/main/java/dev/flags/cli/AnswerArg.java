package dev.flags.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long whoever starts a rollout waits for its controller. Filled by picocli. */
final class AnswerArg {
    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Times.DurationConverter.class,
            defaultValue = "15s", // a few of the controller's ticks, and an answer
            description =
                    "how long to wait for what only the controller can tell; default: ${DEFAULT-VALUE}; 0s: do not wait")
    Duration timeout = Duration.ZERO;
}
