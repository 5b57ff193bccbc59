package dev.flags.cli;

import dev.flags.rollout.controller.ControllerListener;
import dev.flags.secrets.Secrets;
import dev.flags.store.FlagStore;
import dev.flags.store.NotPermittedException;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "controller",
        description = {
            "Drive the rollouts of an environment until it is ended: up by evidence, down when a guard is breached.",
            "Several may run; one works, the others stand by. SIGTERM ends it in order and gives the lease back."
        })
final class ControllerCommand extends Verb {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "what queries, endpoints and hooks are that plans name; default: controller.yaml beside the profiles")
    @Nullable
    String config;

    ControllerCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        // what is told here needs no second telling by the log
        System.setProperty("org.slf4j.simpleLogger.log.dev.flags.rollout.controller", "warn");
        try (FlagStore store = drivable();
                Driving.Driven driven = Driving.of(session, store, config).start(new Told(session))) {
            Objects.requireNonNull(driven);
            session.shell.say("drives the rollouts of " + session.place(store) + "; end it with Ctrl-C or SIGTERM");
            new CountDownLatch(1).await(); // until a signal, or an interruption of this thread
        } catch (InterruptedException e) {
            session.shell.say("the controller ended in order; the lease is free");
        }
        return ExitCode.DONE;
    }

    private FlagStore drivable() {
        FlagStore store = session.open();
        if (store instanceof ReadOnlyFile) {
            store.close();
            throw new NotPermittedException(store.location() + " is read only, and its rollouts cannot be moved");
        }
        return store;
    }

    /** Prints one line for each thing that happens; called by the controller's thread. */
    static final class Told implements ControllerListener {
        private final Session session;

        Told(Session session) {
            this.session = session;
        }

        @Override
        public void moved(Moved moved) {
            if (session.format() == OutputFormat.JSON) {
                session.printJson(tree(moved).map());
                session.shell.out.flush();
                return;
            }
            boolean same = moved.from() == moved.to();
            session.shell.say(session.shell.safe.line(moved.at().truncatedTo(ChronoUnit.SECONDS) + "  " + moved.flag()
                    + ": " + moved.action() + ", " + (same ? "" : moved.from() + " to ") + moved.to() + " at "
                    + moved.percentage() + ", stage " + (moved.stage() + 1)
                    + (moved.why().isEmpty() ? "" : ": " + moved.why())));
        }

        private static Tree tree(Moved moved) {
            return Tree.versioned()
                    .put("at", moved.at().toString())
                    .put("key", moved.flag())
                    .put("run", moved.run())
                    .put("action", moved.action())
                    .put("from", moved.from().name())
                    .put("to", moved.to().name())
                    .put("stage", (long) moved.stage() + 1)
                    .put("percentage", moved.percentage().toBigDecimal())
                    .put("why", moved.why());
        }

        @Override
        public void leading(boolean now) {
            session.shell.say(now ? "has the lease: this controller moves the rollouts" : "has the lease no longer");
        }

        @Override
        public void store(boolean answers, String problem) {
            session.shell.say(
                    answers ? "the store answers again" : Secrets.mask(problem) + "; nothing is moved meanwhile");
        }
    }
}
