package dev.flags.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "enable", description = "Set the base state to enabled; rules and percentage stay.")
final class EnableCommand extends WriteVerb {
    @Parameters(arity = "1..*", paramLabel = "KEY", description = "the flags")
    List<String> keys = List.of();

    EnableCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return WriteScope.of(keys);
    }

    @Override
    public Integer call() {
        return write(admin -> options -> admin.enable(keys, options));
    }
}
