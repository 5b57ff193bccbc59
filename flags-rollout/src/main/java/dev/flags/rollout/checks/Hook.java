package dev.flags.rollout.checks;

/**
 * What a hook does. Made by the controller's configuration file, or by an application that runs a controller itself. Safe for use by
 * multiple threads.
 */
@FunctionalInterface
public interface Hook {
    /**
     * Does it, once, within a finite time; the controller repeats a call that failed, with the same id. May throw: that counts as
     * a refusal, and its message as the reason.
     *
     * @return {@link Checks.Answer#PASSED}, or why it refuses or failed
     */
    Checks.Answer call(Hooks.Call call) throws Exception;
}
