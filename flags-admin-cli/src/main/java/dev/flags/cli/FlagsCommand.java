package dev.flags.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "flags",
        synopsisSubcommandLabel = "VERB",
        description = "Feature flags from the command line. 'flags VERB --help' tells about one verb.",
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or not confirmed, 3 no such flag, 4 conflict, 5 store not reachable,",
            "6 not permitted, 7 rollout ended badly, 8 not in time, 9 blocked by a guard or precondition."
        })
final class FlagsCommand extends VerbGroup {
    @Mixin
    final GlobalOptions options;

    FlagsCommand(Session session) {
        super(session);
        this.options = session.options;
    }

    @Override
    public Integer call() {
        throw new UsageException("say what to do, for instance 'flags list'; 'flags --help' lists the verbs");
    }
}
