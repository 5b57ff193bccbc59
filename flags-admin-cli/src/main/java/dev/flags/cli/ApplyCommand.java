package dev.flags.cli;

import dev.flags.model.FlagFile;
import dev.flags.store.FlagStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        description = {
            "Bring an environment to what a flag file says, in one commit; kills and rollouts stay.",
            "Makes the store too where there is none."
        })
final class ApplyCommand extends WriteVerb {
    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "a JSON or YAML flag file; - reads standard input")
    String file = "";

    @Option(names = "--prune", description = "archive the flags that the file does not list")
    boolean prune;

    ApplyCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return WriteScope.ENVIRONMENT;
    }

    @Override
    public Integer call() {
        FlagFile flags = FlagFiles.read(session.shell, file).parse();
        try (FlagStore store = args.dryRun ? session.openOrImagine() : session.openOrCreate()) {
            return write(store, options -> session.admin(store).apply(flags, prune, options));
        }
    }
}
