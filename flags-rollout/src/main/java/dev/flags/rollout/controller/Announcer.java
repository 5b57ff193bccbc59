package dev.flags.rollout.controller;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the listener what happens: one line a transition. Not thread-safe; confine it to one thread. */
final class Announcer {
    private static final Logger LOG = LoggerFactory.getLogger("dev.flags.rollout");

    private final ControllerListener listener;
    private final String environment;
    private final Map<String, String> troubles = new HashMap<>();
    private String away = "";

    Announcer(ControllerListener listener, String environment) {
        this.listener = listener;
        this.environment = environment;
    }

    void leading(boolean now) {
        LOG.info(
                now ? "this process moves the rollouts of {} now" : "another process may move the rollouts of {} now",
                environment);
        tell(() -> listener.leading(now));
    }

    void moved(Look look, Step step, FlagState flag) {
        RolloutRun run = flag.rollout().orElse(look.run());
        Percentage percentage =
                flag.definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO);
        ControllerListener.Moved moved = new ControllerListener.Moved(
                flag.key(),
                look.run().id(),
                step.action(),
                look.run().state(),
                run.state(),
                run.stage(),
                percentage,
                step.why(),
                flag.updatedAt());
        LOG.info("{}: {} to {}, {}: {}", moved.flag(), moved.action(), percentage, run.state(), moved.why());
        tell(() -> listener.moved(moved));
    }

    void ticked(Duration took, int rollouts) {
        tell(() -> listener.ticked(took, rollouts));
    }

    /** Something goes wrong at each tick; it is said once, until it is another trouble or {@link #settled}. */
    void troubled(String subject, String what, RuntimeException e) {
        String trouble = what + ": " + Objects.toString(e.getMessage(), e.toString());
        if (!trouble.equals(troubles.put(subject, trouble))) {
            LOG.warn(what, e);
        }
    }

    /** What went wrong with it is over. */
    void settled(String subject) {
        troubles.remove(subject);
    }

    /** The store does not answer, or something else went wrong in the tick as a whole. */
    void failed(Throwable e) {
        String problem = String.valueOf(e.getMessage());
        if (away.isEmpty()) {
            LOG.warn("the rollouts of {} stand still: {}", environment, problem, e);
            tell(() -> listener.store(false, problem));
        }
        away = problem;
    }

    void answered() {
        if (!away.isEmpty()) {
            away = "";
            LOG.info("the store of {} answers again", environment);
            tell(() -> listener.store(true, ""));
        }
    }

    private static void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("a listener of the rollouts' controller failed", e);
        }
    }
}
