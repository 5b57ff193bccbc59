package dev.flags.rollout;

import java.util.Locale;

/**
 * That a hook is called. Immutable.
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
        COMPLETED;

        /** As plans have it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
