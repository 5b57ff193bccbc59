package dev.flags.cli;

import dev.flags.admin.Exposure;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagState;
import dev.flags.store.FlagStore;
import java.util.Locale;
import java.util.function.Function;

/** One write from the options to the exit code: asks where something must be asked, and says what was done, and where. */
final class Writing {
    private final WriteVerb verb;
    private final Session session;
    private final FlagStore store;
    private final Function<WriteOptions, WriteOutcome> change;

    Writing(WriteVerb verb, FlagStore store, Function<WriteOptions, WriteOutcome> change) {
        this.verb = verb;
        this.session = verb.session;
        this.store = store;
        this.change = change;
    }

    int run() {
        WriteOptions options = verb.args.toOptions();
        if (!options.dryRun() && session.settings().isProtected()) {
            requireWhatTheProfileDemands(options);
        }
        WriteOutcome outcome = change.apply(options);
        if (outcome instanceof WriteOutcome.NeedsConfirmation question) {
            agree(session, question.question());
            outcome = change.apply(agreedTo(question.preview(), options));
        }
        if (outcome instanceof WriteOutcome.Done done) {
            return report(done, options.dryRun());
        }
        if (outcome instanceof WriteOutcome.Conflict conflict) {
            return report(conflict);
        }
        if (outcome instanceof WriteOutcome.NeedsReason reason) {
            throw new UsageException(
                    "environment " + reason.environment() + " is protected: say why with --reason TEXT");
        }
        throw new UsageException("this needs a confirmation: " + ((WriteOutcome.NeedsConfirmation) outcome).question());
    }

    /** What was agreed to is what was shown: of one flag, a change that came meanwhile is a conflict. */
    private WriteOptions agreedTo(WriteOutcome.Done preview, WriteOptions options) {
        WriteOptions confirmed = options.asConfirmed();
        if (options.expectedRevision().isPresent()
                || verb.scope() == WriteScope.ENVIRONMENT
                || preview.keys().size() != 1) {
            return confirmed;
        }
        FlagState shown = preview.before().get(preview.keys().get(0));
        return shown == null ? confirmed : confirmed.expecting(shown.revision());
    }

    /** A profile can make an environment more careful than it is by itself, never less. */
    private void requireWhatTheProfileDemands(WriteOptions options) {
        boolean kill = verb instanceof KillCommand;
        if (options.reason().isBlank() && !kill) {
            throw new UsageException(
                    "profile " + session.settings().profile() + " is protected: say why with --reason TEXT");
        }
        if (kill || options.confirmed() || !(change.apply(options.asDryRun()) instanceof WriteOutcome.Done preview)) {
            return;
        }
        for (var flag : preview.after().entrySet()) {
            FlagState before = preview.before().getOrDefault(flag.getKey(), FlagState.absent(flag.getKey()));
            Exposure.Effect effect = Exposure.effectOf(before, flag.getValue());
            if (effect.countsAsRaise() || (preview.changed() && verb.raisesLater(before))) {
                agree(
                        session,
                        "This raises the exposure of " + flag.getKey() + " in " + session.place(store) + ". Do it?");
                return;
            }
        }
    }

    /** Asks on the terminal. Without one, or when the answer is not yes, ends with exit code 2. */
    static void agree(Session session, String question) {
        if (!session.shell.interactive) {
            throw new UsageException(question + " Nobody can be asked here; agree with --yes");
        }
        session.shell.err.print(session.shell.safe.lines(question) + " [y/N] ");
        session.shell.err.flush();
        String answer = session.shell.readLine();
        String said = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
        if (!said.equals("y") && !said.equals("yes")) {
            throw new UsageException("not confirmed; nothing was changed");
        }
    }

    private int report(WriteOutcome.Conflict conflict) {
        String subject = conflict.key().equals("*") ? "the environment" : conflict.key();
        return new Failures(session)
                .report(
                        new UsageException("conflict: " + subject + " is at revision " + conflict.actualRevision()
                                + ", not " + conflict.expectedRevision() + "; nothing was changed"),
                        ExitCode.CONFLICT,
                        "Look at what happened ('flags history"
                                + (conflict.key().equals("*") ? "" : " " + conflict.key())
                                + "'), then decide again.");
    }

    private int report(WriteOutcome.Done done, boolean dryRun) {
        WriteReport report = new WriteReport(verb, store, done, dryRun);
        session.print(report.tree(), done.keys(), report::text);
        session.shell.say(report.place());
        for (String note : done.notes()) {
            session.shell.say("note: " + note);
        }
        if (!done.unknownKeys().isEmpty()) {
            session.shell.say("flags: no such flag: " + String.join(", ", done.unknownKeys())
                    + (verb instanceof KillCommand
                            ? "\nIf that is how it is spelt, and the store was emptied or another layer defines it: --undefined kills it all the same."
                            : ""));
            return ExitCode.NOT_FOUND;
        }
        return ExitCode.DONE;
    }
}
