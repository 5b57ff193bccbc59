package dev.flags.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "archive", description = "End a flag's life: no longer evaluated, kept in history.")
final class ArchiveCommand extends WriteVerb {
    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    ArchiveCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        return write(admin -> options -> admin.archive(key, options));
    }
}
