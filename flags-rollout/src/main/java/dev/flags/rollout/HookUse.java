package dev.flags.rollout;

/**
 * That a hook is called.
 *
 * @param at when
 * @param hook its name in the controller's own configuration, which says what it does
 * @param gate before a start or a raise: whether it must succeed, else there is no start and no raise
 */
public record HookUse(Event at, String hook, boolean gate) {
    /** When. */
    public enum Event {
        START,
        BEFORE_RAISE,
        ROLLED_BACK,
        COMPLETED
    }
}
