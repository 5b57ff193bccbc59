package dev.flags.cli;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagState;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.AbortTo;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.store.FlagStore;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollout start|promote|pause|resume|abort|retry|plan|status}. */
@Command(name = "rollout", description = "Climb in stages: watched and moved by a controller, or by hand.")
final class RolloutCommand extends VerbGroup {
    RolloutCommand(Session session) {
        super(session);
    }

    static CommandLine commandLine(Session session) {
        return Verbs.group(
                new RolloutCommand(session),
                new RolloutStartCommand(session),
                new Promote(session),
                new Pause(session),
                new Resume(session),
                new Abort(session),
                new Retry(session),
                new RolloutPlanCommand(session),
                new RolloutStatusCommand(session));
    }

    /** A verb that moves one flag's run. */
    @Command
    abstract static class Move extends WriteVerb {
        @Parameters(paramLabel = "KEY", description = "the flag")
        String key = "";

        Move(Session session) {
            super(session);
        }

        abstract WriteOutcome move(Rollouts rollouts, WriteOptions options);

        @Override
        public Integer call() {
            try (FlagStore store = session.open()) {
                Rollouts rollouts = new Rollouts(store, session.actor());
                Function<WriteOptions, WriteOutcome> change = options -> move(rollouts, options);
                return write(store, change);
            }
        }
    }

    @Command(
            name = "promote",
            description = {
                "Go to the next stage at once, or agree to it where the rollout waits for that.",
                "Once more at the last stage ends it."
            })
    static final class Promote extends Move {
        @Option(names = "--full", description = "go to the last stage at once")
        boolean full;

        Promote(Session session) {
            super(session);
        }

        @Override
        WriteOutcome move(Rollouts rollouts, WriteOptions options) {
            return rollouts.promote(key, full, options);
        }
    }

    @Command(name = "pause", description = "Stop climbing and stay where it is. Never asks.")
    static final class Pause extends Move {
        Pause(Session session) {
            super(session);
        }

        @Override
        WriteOutcome move(Rollouts rollouts, WriteOptions options) {
            return rollouts.pause(key, options);
        }
    }

    @Command(name = "resume", description = "Go on after a pause, from the percentage that the flag has now.")
    static final class Resume extends Move {
        Resume(Session session) {
            super(session);
        }

        @Override
        WriteOutcome move(Rollouts rollouts, WriteOptions options) {
            return rollouts.resume(key, options);
        }
    }

    @Command(
            name = "abort",
            description =
                    "End the rollout and go down. Never asks when that lowers exposure; an aborted run stays aborted.")
    static final class Abort extends Move {
        @Option(
                names = "--to",
                paramLabel = "N|previous",
                description = "go to this percentage, or that before the rollout; default: 0")
        @Nullable
        String to;

        @Option(
                names = "--gradual",
                description =
                        "down the plan's levels, watched at each, to the first that is healthy; needs a controller")
        boolean gradual;

        Abort(Session session) {
            super(session);
        }

        @Override
        WriteOutcome move(Rollouts rollouts, WriteOptions options) {
            return rollouts.abort(key, target(), options);
        }

        @Override
        public Integer call() {
            target(); // a wrong percentage is wrong usage, whatever the store says
            return super.call();
        }

        private AbortTo target() {
            if (gradual) {
                if (to != null) {
                    throw new UsageException("say --to or --gradual");
                }
                return AbortTo.gradually();
            }
            if (to == null) {
                return AbortTo.zero();
            }
            if (to.toLowerCase(Locale.ROOT).equals("previous")) {
                return AbortTo.previous();
            }
            try {
                return AbortTo.percentage(PercentageConverter.parse(to));
            } catch (CommandLine.TypeConversionException e) {
                throw new UsageException("--to " + e.getMessage() + "; or say previous", e);
            }
        }
    }

    @Command(
            name = "retry",
            description =
                    "Begin a new rollout by the plan of the last one, which was aborted, rolled back, blocked or killed.")
    static final class Retry extends Move {
        @Mixin
        final ControllerConfigArg config = new ControllerConfigArg();

        @Mixin
        final AnswerArg answer = new AnswerArg();

        Retry(Session session) {
            super(session);
        }

        @Override
        WriteOutcome move(Rollouts rollouts, WriteOptions options) {
            return rollouts.retry(key, options);
        }

        @Override
        public Integer call() {
            try (FlagStore store = session.open()) {
                RolloutRun last = run(store, key, session);
                Rollouts rollouts = new Rollouts(store, session.actor());
                if (last.manual()) {
                    Function<WriteOptions, WriteOutcome> again = options -> move(rollouts, options);
                    return write(store, again);
                }
                Starting starting =
                        new Starting(this, store, key, RolloutPlan.of(last), Driving.of(session, store, config.file));
                Function<WriteOptions, WriteOutcome> again = options -> rollouts.retry(key, starting.run, options);
                return starting.begin(false, again, answer.timeout);
            }
        }

        @Override
        boolean raisesLater(FlagState before) {
            return true;
        }
    }

    /** The flag's last run, final or not. */
    static RolloutRun run(FlagStore store, String key, Session session) {
        FlagState flag = GetCommand.find(store, key, session);
        return flag.rollout()
                .orElseThrow(() -> new NoSuchFlagException(
                        "no such rollout: " + key + " has had none in " + session.place(store)));
    }
}
