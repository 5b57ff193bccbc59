package dev.flags.cli;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagState;
import dev.flags.store.FlagStore;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A verb that changes something. */
@Command
abstract class WriteVerb extends Verb {
    @Mixin
    final WriteArgs args = new WriteArgs();

    WriteVerb(Session session) {
        super(session);
    }

    /** What it asks for. */
    WriteScope scope() {
        return WriteScope.ONE_FLAG;
    }

    /** Whether more users get the treatment later by what is written now, though not at once. */
    boolean raisesLater(FlagState before) {
        return false;
    }

    /** Adds to the output for programs, after a write that was not a dry run. */
    void describe(FlagStore store, Tree tree) {}

    /** What is printed for a person after a write that was not a dry run, where the flags' states do not say it. */
    Optional<String> text(FlagStore store) {
        return Optional.empty();
    }

    /** Carries out a write on an existing store. */
    final int write(Function<FlagAdmin, Function<WriteOptions, WriteOutcome>> change) {
        try (FlagStore store = session.open()) {
            return write(store, change.apply(session.admin(store)));
        }
    }

    final int write(FlagStore store, Function<WriteOptions, WriteOutcome> change) {
        return new Writing(this, store, change).run();
    }
}
