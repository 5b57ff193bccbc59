package dev.flags.rollout;

import dev.flags.model.InvalidFlagException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Plans that runbooks have. They are what docs/rollout-plans.md says they are, so a change of one is a change of that. */
final class PlanPresets {
    /** Failures after which nobody waits for a rate: data is lost or wrong, or nothing can work. */
    static final String CRITICAL_CODES =
            "DATABASE_CONNECTION_LOST,DATABASE_UNAVAILABLE,DATA_CORRUPTION,DATA_LOSS,ORPHANED_ROWS,FUNCTION_MISSING,SCHEMA_MISMATCH,"
                    + "OUT_OF_MEMORY";

    private static final Map<String, RolloutPlan> PRESETS = new LinkedHashMap<>();

    static {
        PRESETS.put(
                "runbook",
                RolloutPlan.stages("10:15m,50:15m,100")
                        .guard("error-rate > 5% for 5m -> rollback")
                        .guard("code " + CRITICAL_CODES + " -> rollback")
                        .guard("availability < 99% for 5m -> hold")
                        .guard("p95 > 20s for 10m -> hold")
                        .guard("p95 > 3s for 10m -> notify")
                        .advance("error-rate < 1%")
                        .advance("p95 < 10s")
                        .build());
        PRESETS.put("canary", RolloutPlan.stages("5:1h,100").build());
        PRESETS.put(
                "careful",
                RolloutPlan.stages("1:15m,5:15m,10:30m,25:30m,50:1h,100:1h")
                        .guard("error-rate > 2% for 5m -> step-back")
                        .advance("error-rate < 1%")
                        .build());
    }

    private PlanPresets() {}

    static RolloutPlan plan(String name) {
        RolloutPlan plan = PRESETS.get(name);
        if (plan == null) {
            throw new InvalidFlagException(
                    "preset", "'" + name + "' is none; there are " + String.join(", ", PRESETS.keySet()));
        }
        return plan;
    }

    static RolloutPlanBuilder named(String name) {
        RolloutPlanBuilder builder = new RolloutPlanBuilder();
        builder.startFromPreset(plan(name));
        return builder;
    }
}
