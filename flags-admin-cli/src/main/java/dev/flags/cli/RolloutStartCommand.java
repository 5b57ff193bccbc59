package dev.flags.cli;

import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagState;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.rollout.controller.ControllerListener;
import dev.flags.secrets.Secrets;
import dev.flags.store.ControllerRecords;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "start",
        description = {
            "Begin a rollout: a controller climbs while guards are healthy, and comes down when one is breached.",
            "A precondition that is not so, or a gate that refuses, is exit code 9, and nothing is written.",
            "What only the controller's configuration knows, the controller answers: where one runs, that is waited for.",
            "'rollout plan' says before what it will need."
        })
final class RolloutStartCommand extends WriteVerb {
    private static final Duration FOR_EVER = Duration.ofDays(3650);
    private static final Duration LEASE_WITHIN = Duration.ofSeconds(5);

    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    @Mixin
    final PlanArgs planned = new PlanArgs();

    @Option(names = "--manual", description = "a person promotes each stage; nothing is watched")
    boolean manual;

    @Option(
            names = "--foreground",
            description = "be the controller until the rollout is over; exit codes as those of 'rollout status -w'")
    boolean foreground;

    @Mixin
    final ControllerConfigArg config = new ControllerConfigArg();

    @Mixin
    final AnswerArg answer = new AnswerArg();

    RolloutStartCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (manual && (foreground || config.file != null)) {
            throw new UsageException("with --manual there is no controller: leave out --foreground and --config");
        }
        // a wrong plan is wrong usage, whatever the store says
        RolloutPlan plan = manual ? planned.manualPlan() : planned.plan(session.shell);
        try (FlagStore store = session.open()) {
            Rollouts rollouts = new Rollouts(store, session.actor());
            if (manual) {
                Function<WriteOptions, WriteOutcome> start = options -> rollouts.startManual(key, plan, options);
                return write(store, start);
            }
            GetCommand.find(store, key, session);
            Driving driving = Driving.of(session, store, config.file);
            Starting starting = new Starting(this, store, key, plan, driving);
            Function<WriteOptions, WriteOutcome> start = options -> rollouts.start(key, plan, starting.run, options);
            if (foreground && !args.dryRun) {
                starting.ask(true, start);
                return inForeground(store, driving, start);
            }
            return starting.begin(foreground, start, answer.timeout);
        }
    }

    @Override
    boolean raisesLater(FlagState before) {
        return !manual;
    }

    private int inForeground(FlagStore store, Driving driving, Function<WriteOptions, WriteOutcome> start)
            throws InterruptedException {
        Leading leading = new Leading(session);
        try (Driving.Driven driven = driving.start(leading)) {
            leading.await(store);
            int code = write(store, start);
            if (code != ExitCode.DONE) {
                return code;
            }
            code = new RolloutFollowing(session, store, key).untilOver(FOR_EVER);
            driven.settle();
            leading.over = true;
            return code;
        }
    }

    /** Tells of the lease and the store; the rollout itself is shown by the one who follows it. */
    private static final class Leading implements ControllerListener {
        private final Session session;
        /** Whether the rollout is over, and the lease is given back. */
        volatile boolean over;

        private final CountDownLatch first = new CountDownLatch(1);

        Leading(Session session) {
            this.session = session;
        }

        /** Until somebody, here or elsewhere, is the controller; not for long, as the rollout starts without one too. */
        void await(FlagStore store) throws InterruptedException {
            boolean elsewhere =
                    store.controllerRecords().flatMap(ControllerRecords::holder).isPresent();
            if (!elsewhere && !first.await(LEASE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                session.shell.say("note: the lease is not here yet; the rollout moves when it is");
            }
        }

        @Override
        public void leading(boolean now) {
            if (now) {
                first.countDown();
            } else if (!over) {
                session.shell.say("has the lease no longer; another controller may move the rollout");
            }
        }

        @Override
        public void store(boolean answers, String problem) {
            session.shell.say(
                    answers ? "the store answers again" : Secrets.mask(problem) + "; nothing is moved meanwhile");
        }
    }
}
