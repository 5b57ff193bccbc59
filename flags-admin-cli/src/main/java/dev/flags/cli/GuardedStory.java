package dev.flags.cli;

import dev.flags.PacedClock;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.controller.ControllerListener;
import dev.flags.rollout.controller.ControllerSettings;
import dev.flags.rollout.controller.RolloutController;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code quickstart --guarded}: a rollout climbs by what a real application reports, the new path goes wrong at 50 %, and the rollout
 * comes down by itself. The store, the controller and the application go by a clock that is {@value #PACE} times as fast as time.
 */
final class GuardedStory {
    private static final String KEY = QuickstartTelling.KEY;
    private static final String APPLICATION = "dev.flags.examples.quickstart.GuardedApplication";
    private static final String STAGES = "10:2m,50:2m,100";
    private static final int PACE = 10;
    private static final int CALLS_A_SECOND = 100;

    /** Of the story's clock: longer than any step of it takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final Duration BEFORE_THE_FAULT = Duration.ofSeconds(30);

    private final Session session;
    private final QuickstartTelling telling;
    private final int users;
    private final Instant start = Instant.now();
    private final PacedClock clock = new PacedClock(start, PACE);
    private final BlockingQueue<ControllerListener.Moved> moves = new LinkedBlockingQueue<>();

    GuardedStory(Session session, QuickstartTelling telling, int users) {
        this.session = session;
        this.telling = telling.at(clock);
        this.users = users;
    }

    /** False when it did not come about as it should. */
    boolean tell() throws IOException, InterruptedException {
        try (FlagStore store = new Session(telling.shell()).openOrCreate()) {
            telling.say("The story takes place in the " + session.place(store) + ".");
            telling.say("Its clock goes " + PACE + " times as fast as yours: a minute of the plan takes "
                    + clock.real(Duration.ofMinutes(1)).toSeconds() + " seconds.");
            return began() && climbAndFall(store);
        }
    }

    private boolean began() {
        telling.say("");
        telling.say("# A new flag, and a plan: 10 %, 50 %, 100 %, two minutes of healthy watching between them");
        return telling.run("create", KEY, "--owner", "team-projects") == 0
                && telling.run("rollout", "start", KEY, "--stages", STAGES, "--reason", "projects in one transaction")
                        == 0;
    }

    private boolean climbAndFall(FlagStore store) throws IOException, InterruptedException {
        ControllerListener listener = new ControllerListener() {
            @Override
            public void moved(Moved moved) {
                moves.add(moved);
            }
        };
        try (QuickstartApplication application = QuickstartApplication.start(
                        telling.forApplication(),
                        APPLICATION,
                        Integer.toString(users),
                        Integer.toString(CALLS_A_SECOND),
                        Long.toString(start.toEpochMilli()),
                        Integer.toString(PACE));
                RolloutController controller = RolloutController.builder(store, Actor.local("controller"))
                        .settings(ControllerSettings.DEFAULT.atSpeed(PACE).withLease(Duration.ofMinutes(1)))
                        .listener(listener)
                        .start()) {
            telling.say("");
            telling.say("# An application in another process (pid " + application.pid() + ") has " + CALLS_A_SECOND
                    + " calls a second by " + QuickstartTelling.grouped(users) + " users");
            telling.say("# and tells how they end: 2 % fail, by the old path and by the new. A controller watches.");
            if (!follow(RolloutRun.State.RUNNING, 1)) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(clock.real(BEFORE_THE_FAULT).toNanos());
            telling.say("");
            telling.say("# A fault is planted: of the new path's calls, 7 % fail from now on");
            application.tell("fault");
            Instant planted = clock.instant();
            if (!follow(RolloutRun.State.ROLLED_BACK, 1)) {
                return false;
            }
            return cameDown(store, application, planted) && evidence(controller);
        }
    }

    private boolean cameDown(FlagStore store, QuickstartApplication application, Instant planted)
            throws InterruptedException {
        QuickstartApplication.Served served = application.awaitServed(0, clock.real(PATIENCE));
        if (served.treated() != 0) {
            telling.say("  WRONG: the application still takes the new path");
            return false;
        }
        Instant committed = store.flag(KEY).updatedAt();
        long after = served.atMillis()
                - start.plus(clock.real(Duration.between(start, committed))).toEpochMilli();
        telling.say(String.format(
                Locale.ROOT,
                "  %s after the fault; the application took the old path for everybody %d ms (of yours) after the commit",
                Times.text(
                        Duration.ofSeconds(Duration.between(planted, committed).toSeconds())),
                Math.max(0, after)));
        return true;
    }

    private boolean evidence(RolloutController controller) throws InterruptedException {
        controller.awaitHooks(clock.real(PATIENCE)); // one more look, which the status below shows
        telling.say("");
        telling.say("# How it stands (exit code 7: it ended badly), and the incident as a report");
        boolean asExpected = telling.run("rollout", "status", KEY) == ExitCode.ROLLOUT_ENDED_BADLY;
        telling.say("");
        boolean reported = telling.run("report", KEY, "--since", "1h") == 0;
        return asExpected && reported;
    }

    /** Tells what the controller does until the run is in this state and stage. */
    private boolean follow(RolloutRun.State state, int stage) throws InterruptedException {
        ControllerListener.@Nullable Moved moved;
        do {
            moved = moves.poll(clock.real(PATIENCE).toNanos(), TimeUnit.NANOSECONDS);
            if (moved == null) {
                telling.say("  WRONG: " + Times.text(PATIENCE) + " have passed, and the rollout is not " + state);
                return false;
            }
            long seconds = Duration.between(start, moved.at()).toSeconds();
            telling.say(String.format(
                    Locale.ROOT,
                    "  %2d:%02d  %-11s %s%s",
                    seconds / 60,
                    seconds % 60,
                    moved.to(),
                    moved.percentage(),
                    moved.why().isEmpty() ? "" : "  " + moved.why()));
        } while (moved.stage() < stage || (moved.to() != state && !moved.to().isFinal()));
        return moved.to() == state;
    }
}
