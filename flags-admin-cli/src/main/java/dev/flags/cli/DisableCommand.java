package dev.flags.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "disable", description = "Set the base state to disabled; rules and percentage stay. Never asks.")
final class DisableCommand extends WriteVerb {
    @Parameters(arity = "1..*", paramLabel = "KEY", description = "the flags")
    List<String> keys = List.of();

    DisableCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return WriteScope.of(keys);
    }

    @Override
    public Integer call() {
        return write(admin -> options -> admin.disable(keys, options));
    }
}
