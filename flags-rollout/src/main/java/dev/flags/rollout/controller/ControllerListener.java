package dev.flags.rollout.controller;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import java.time.Duration;
import java.time.Instant;

/**
 * Is told what a controller does. Called on the controller's thread, one call at a time; what it throws is logged and goes no
 * further.
 */
public interface ControllerListener {
    /** Nobody listens. */
    ControllerListener NONE = new ControllerListener() {};

    /** A rollout was moved, and it was read back. */
    default void moved(Moved moved) {}

    /** This controller has the lease now, and moves the rollouts; or has it no longer. */
    default void leading(boolean now) {}

    /**
     * All rollouts were looked at once.
     *
     * @param took in this process' time
     * @param rollouts how many
     */
    default void ticked(Duration took, int rollouts) {}

    /**
     * The store answers again, or no longer.
     *
     * @param problem why not; empty when it does
     */
    default void store(boolean answers, String problem) {}

    /**
     * One step that was committed.
     *
     * @param action as in the audit log: {@code rollout advance}
     * @param at by the store's clock
     */
    record Moved(
            String flag,
            String run,
            String action,
            RolloutRun.State from,
            RolloutRun.State to,
            int stage,
            Percentage percentage,
            String why,
            Instant at) {}
}
