package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.NoSuchFlagException;
import dev.flags.admin.BlockedException;
import dev.flags.json.Json;
import dev.flags.rollout.RolloutException;
import dev.flags.secrets.SecretException;
import dev.flags.secrets.Secrets;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreMissingException;
import dev.flags.store.StoreUnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The one place where a failure becomes a message and an exit code. */
final class Failures implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
    private final Session session;

    Failures(Session session) {
        this.session = session;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        Object verb = command.getCommand();
        String advice = verb instanceof Verb known ? known.adviceOn(failure) : "";
        if (failure instanceof NotPermittedException && !namesAVariable(failure) && session.wentWithoutPassword()) {
            advice =
                    "No password was given; FLAGS_PASSWORD, --password-stdin, --password-file or the profile's credentialCommand give one."
                            + (advice.isEmpty() ? "" : "\n" + advice);
        }
        return report(failure, codeOf(failure), advice);
    }

    /** Whether it has said itself what to set, as where sentinels refuse: their password is not the one that is missing here. */
    private static boolean namesAVariable(Exception refusal) {
        return String.valueOf(refusal.getMessage()).contains("FLAGS_");
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        String verb = command.getCommandSpec().qualifiedName();
        // a parameter's label is a format for help, which writes a percent sign twice
        String message = String.valueOf(failure.getMessage()).replace("%%", "%");
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
            message = unknown(unmatched, command);
        }
        return report(new UsageException(message), ExitCode.USAGE, "Try '" + verb + " --help'.");
    }

    private static String unknown(CommandLine.UnmatchedArgumentException failure, CommandLine command) {
        List<String> unmatched = failure.getUnmatched();
        if (!failure.isUnknownOption() && !command.getSubcommands().isEmpty() && !unmatched.isEmpty()) {
            List<String> suggestions = failure.getSuggestions();
            return "unknown verb '" + command.getCommandSpec().qualifiedName() + " " + unmatched.get(0) + "'"
                    + (suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?");
        }
        if (failure.isUnknownOption()) {
            return "unknown option " + String.join(" ", unmatched);
        }
        return "'" + String.join(" ", unmatched) + "' is not expected here";
    }

    /** Prints the failure on standard error and answers the code. */
    int report(Exception failure, int code, String advice) {
        String message = Secrets.mask(messageOf(failure));
        if (session.format() == OutputFormat.JSON) {
            Tree error = new Tree()
                    .put("code", (long) code)
                    .put("message", message)
                    .putIf(!advice.isEmpty(), "advice", advice);
            session.shell.say(session.shell.safe.json(
                    Json.write(Tree.versioned().put("error", error.map()).map())));
        } else {
            session.shell.say("flags: " + message + (advice.isEmpty() ? "" : "\n" + advice));
        }
        if (session.options.verbose) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            session.shell.say(Secrets.mask(trace.toString()));
        }
        return code;
    }

    private static String messageOf(Exception failure) {
        String message = failure.getMessage();
        if (failure instanceof FlagsException && message != null) {
            return message;
        }
        // a defect of ours or of the platform: its class says more than its message
        return failure + " (--verbose prints where)";
    }

    private static int codeOf(Exception failure) {
        if (failure instanceof UsageException || failure instanceof SecretException) {
            return ExitCode.USAGE;
        }
        if (failure instanceof RolloutException || failure instanceof BlockedException) {
            return ExitCode.BLOCKED;
        }
        if (failure instanceof NoSuchFlagException) {
            return ExitCode.NOT_FOUND;
        }
        if (failure instanceof StoreUnavailableException || failure instanceof StoreMissingException) {
            return ExitCode.STORE_NOT_REACHABLE;
        }
        if (failure instanceof NotPermittedException) {
            return ExitCode.NOT_PERMITTED;
        }
        return ExitCode.FAILED;
    }
}
