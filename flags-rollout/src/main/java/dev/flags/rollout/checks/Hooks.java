package dev.flags.rollout.checks;

import dev.flags.model.Percentage;
import dev.flags.rollout.HookUse;
import java.time.Instant;

/**
 * Calls hooks. A call blocks for as long as the hook's own time-out allows, so it is made on a thread that may wait. Safe for use by
 * multiple threads.
 */
public interface Hooks {

    /** Whether the configuration has a hook of this name. */
    boolean knows(String hook);

    /** Calls it, once. Does not throw: what goes wrong is an answer. */
    Checks.Answer call(String hook, Call call);

    /**
     * What a hook is told.
     *
     * @param id the same when the call is repeated
     * @param at when it happened, by the store's clock
     * @param actor who did it: the controller, or a person
     * @param from the percentage before
     * @param to the percentage now, or, before a raise, after it
     * @param why for a person
     */
    record Call(
            String id,
            HookUse.Event event,
            Instant at,
            String environment,
            String flag,
            String run,
            String actor,
            Percentage from,
            Percentage to,
            String why) {

        /**
         * The id of what the gates of a raise are asked.
         *
         * @param run the run's id
         * @param stage the stage that it is raised to, from 0
         */
        public static String idOfRaise(String run, int stage) {
            return run + "/raise/" + stage;
        }
    }
}
