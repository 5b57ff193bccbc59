package dev.flags.cli;

import dev.flags.model.Percentage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "unkill",
        description =
                "Lift the kill latch. The flag returns to what is underneath: 0 %% where the kill ended a rollout.")
final class UnkillCommand extends WriteVerb {
    @Parameters(arity = "1..*", paramLabel = "KEY", description = "the flags")
    List<String> keys = List.of();

    @Option(
            names = "--at",
            paramLabel = "N%",
            converter = PercentageConverter.class,
            description = "return at this percentage instead")
    @Nullable
    Percentage at;

    @Option(names = "--file", paramLabel = "PATH", description = "lift it in a flag file instead of the store")
    @Nullable
    String file;

    UnkillCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return WriteScope.of(keys);
    }

    @Override
    public Integer call() {
        if (file != null) {
            if (at != null) {
                throw new UsageException("--at goes with a store; in a file, edit the percentage itself");
            }
            return KillFile.of(session, file).unkill(keys, args);
        }
        return write(admin -> options -> admin.unkill(keys, Optional.ofNullable(at), options));
    }
}
