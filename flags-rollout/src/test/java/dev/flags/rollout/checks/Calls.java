package dev.flags.rollout.checks;

import dev.flags.model.Percentage;
import dev.flags.rollout.HookUse;
import java.time.Instant;

/** Calls for tests. */
final class Calls {
    static final Hooks.Call RAISE = of(HookUse.Event.BEFORE_RAISE, "errors 0.4 % < 1 %");

    private Calls() {}

    static Hooks.Call of(HookUse.Event event, String why) {
        return new Hooks.Call(
                "run-7/before-raise/2",
                event,
                Instant.parse("2026-11-21T10:15:30.123Z"),
                "production",
                "atomic-projects",
                "run-7",
                "controller",
                Percentage.of(10),
                Percentage.of(50),
                why);
    }
}
