package dev.flags.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A verb that only has verbs beneath it. */
@Command
abstract class VerbGroup extends Verb {
    @Spec
    @Nullable
    CommandSpec spec;

    VerbGroup(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        String names = spec == null ? "" : String.join(", ", spec.subcommands().keySet());
        throw new UsageException("say what: " + names);
    }
}
