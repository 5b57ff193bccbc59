package dev.flags.cli;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.AbortTo;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollout start|promote|pause|resume|abort|status}. */
@Command(name = "rollout", description = "Climb in stages, by hand.")
final class RolloutCommand extends VerbGroup {
    RolloutCommand(Session session) {
        super(session);
    }

    static CommandLine commandLine(Session session) {
        return Verbs.group(
                new RolloutCommand(session),
                new Start(session),
                new Promote(session),
                new Pause(session),
                new Resume(session),
                new Abort(session),
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

    @Command(name = "start", description = "Begin a rollout at its first stage.")
    static final class Start extends Move {
        @Option(
                names = "--stages",
                paramLabel = "N,N,…",
                description =
                        "the percentages, rising, each with a bake of its own where it has one, as 10:15m,50,100; default: 10,50,100")
        String stages = "10,50,100";

        @Option(
                names = "--bake",
                paramLabel = "TIME",
                converter = Times.DurationConverter.class,
                description =
                        "how long each stage but the last is meant to be watched, as 15m; a person promotes it all the same")
        Duration bake = Duration.ZERO;

        @Option(names = "--manual", description = "a person promotes each stage; the only way in this build")
        boolean manual;

        private RolloutPlan plan = RolloutPlan.DEFAULT;

        Start(Session session) {
            super(session);
        }

        @Override
        public Integer call() {
            if (!manual) {
                throw new UsageException(
                        "this build has no controller that would promote the stages: say --manual, and 'flags rollout promote "
                                + key + "' for each");
            }
            plan = plan(); // wrong stages are wrong usage, whatever the store says
            return super.call();
        }

        private RolloutPlan plan() {
            try {
                List<RolloutRun.Stage> planned =
                        new ArrayList<>(RolloutPlan.manual(stages).stages());
                for (int i = 0; i < planned.size() - 1; i++) {
                    RolloutRun.Stage stage = planned.get(i);
                    if (stage.bake().isZero()) {
                        planned.set(i, new RolloutRun.Stage(stage.percentage(), bake));
                    }
                }
                return new RolloutPlan(planned);
            } catch (InvalidFlagException e) {
                throw new UsageException("--" + e.getMessage(), e);
            }
        }

        @Override
        WriteOutcome move(Rollouts rollouts, WriteOptions options) {
            return rollouts.startManual(key, plan, options);
        }
    }

    @Command(name = "promote", description = "Go to the next stage.")
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

    @Command(name = "abort", description = "End the rollout and go down. Never asks when that lowers exposure.")
    static final class Abort extends Move {
        @Option(
                names = "--to",
                paramLabel = "N|previous",
                description = "go to this percentage, or that before the rollout; default: 0")
        @Nullable
        String to;

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

    /** The flag's last run, final or not. */
    static RolloutRun run(FlagStore store, String key, Session session) {
        FlagState flag = GetCommand.find(store, key, session);
        return flag.rollout()
                .orElseThrow(() -> new NoSuchFlagException(
                        "no such rollout: " + key + " has had none in " + session.place(store)));
    }
}
