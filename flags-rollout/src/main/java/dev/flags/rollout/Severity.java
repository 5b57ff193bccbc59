package dev.flags.rollout;

import dev.flags.rollout.Guard.Action;
import java.time.Duration;
import java.util.Locale;

/** How bad a breach is: what is done by default, and how soon it must be done. */
public enum Severity {
    /** Data is lost, or nobody can work: back at once. */
    CRITICAL(Action.ROLL_BACK, Duration.ofMinutes(5)),
    /** Many are hindered: back, step by step. */
    HIGH(Action.STEP_BACK, Duration.ofMinutes(30)),
    /** Some are hindered: no further, until somebody has looked. */
    MEDIUM(Action.HOLD, Duration.ofHours(4)),
    /** Somebody should know. */
    LOW(Action.NOTIFY, Duration.ofDays(1));

    private final Action action;
    private final Duration deadline;

    Severity(Action action, Duration deadline) {
        this.action = action;
        this.deadline = deadline;
    }

    /** That of which an action is the usual answer. */
    static Severity of(Action action) {
        for (Severity severity : values()) {
            if (severity.action == action) {
                return severity;
            }
        }
        throw new IllegalStateException(action.name());
    }

    /** As plans have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is done unless the guard says otherwise. */
    public Action action() {
        return action;
    }

    /** From the breach until it must have been done. */
    public Duration deadline() {
        return deadline;
    }
}
