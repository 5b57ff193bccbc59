package dev.flags.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the controller's configuration is, for verbs that look at what it names. Filled by picocli. */
final class ControllerConfigArg {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "the controller's configuration, where it is here; default: controller.yaml beside the profiles")
    @Nullable
    String file;
}
