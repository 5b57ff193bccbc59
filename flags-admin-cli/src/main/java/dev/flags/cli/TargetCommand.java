package dev.flags.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "target", description = "Give single users a flag by name, whatever the percentage says.")
final class TargetCommand extends WriteVerb {
    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    @Option(names = "--on", arity = "1..*", paramLabel = "USER", description = "these get the treatment")
    List<String> on = List.of();

    @Option(names = "--off", arity = "1..*", paramLabel = "USER", description = "these get the off variant")
    List<String> off = List.of();

    @Option(names = "--remove", arity = "1..*", paramLabel = "USER", description = "these are targeted no longer")
    List<String> remove = List.of();

    TargetCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        if (on.isEmpty() && off.isEmpty() && remove.isEmpty()) {
            throw new UsageException("say whom: --on USER…, --off USER… or --remove USER…");
        }
        for (String user : on) {
            if (off.contains(user) || remove.contains(user)) {
                throw new UsageException("'" + user + "' is named twice");
            }
        }
        for (String user : off) {
            if (remove.contains(user)) {
                throw new UsageException("'" + user + "' is named twice");
            }
        }
        return write(admin -> options -> admin.target(key, on, off, remove, options));
    }
}
