package dev.flags.cli;

import dev.flags.model.Percentage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "set", description = "Set a flag's percentage by hand.")
final class SetCommand extends WriteVerb {
    @Parameters(index = "0", paramLabel = "KEY", description = "the flag")
    String key = "";

    @Parameters(
            index = "1",
            paramLabel = "N%%",
            converter = PercentageConverter.class,
            description = "0 to 100, at most three decimals")
    Percentage percentage = Percentage.ZERO;

    SetCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        return write(admin -> options -> admin.setPercentage(key, percentage, options));
    }
}
