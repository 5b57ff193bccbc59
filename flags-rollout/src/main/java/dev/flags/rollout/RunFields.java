package dev.flags.rollout;

import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The fields of a run beside those that the model knows: their names, once. They lie in {@link RolloutRun#extra()}. Safe for use by
 * multiple threads.
 */
public final class RunFields {
    /** The plan, without its stages. */
    public static final String PLAN = "plan";

    /** Why the run stands where it does, for a person. */
    public static final String WHY = "why";

    /** When the run ended. */
    public static final String ENDED_AT = "endedAt";

    /** When the percentage of the present stage came into force. */
    public static final String STAGE_SINCE = "stageSince";

    /** The latency bounds that guards and conditions need. */
    public static final String LATENCY_BOUNDS = "latencyBounds";

    /** The latency bound by which both arms are compared in the present stage. */
    public static final String LATENCY_COMPARISON = "latencyComparison";

    /**
     * The percentage at which the controller put the run on hold. A run on hold without it, or at another percentage, was put there by
     * a person's change.
     */
    public static final String HELD_PERCENTAGE = "heldPercentage";

    /** The index of the stage that a person has agreed to leave upwards. */
    public static final String APPROVED = "approved";

    private RunFields() {}

    /** When the present stage's percentage came into force; for a run that does not say, when it began. */
    public static Instant stageSince(RolloutRun run) {
        try {
            return run.extra().get(STAGE_SINCE) instanceof String at ? Instant.parse(at) : run.startedAt();
        } catch (DateTimeParseException e) {
            return run.startedAt();
        }
    }

    /** Whether a person has agreed that the present stage be left. */
    public static boolean isApproved(RolloutRun run) {
        return run.extra().get(APPROVED) instanceof Long stage && stage == run.stage();
    }

    /** Whether it was the controller that put the flag's run on hold, and nobody has changed the percentage since. */
    public static boolean isHeldByGuard(FlagState flag) {
        return flag.rollout()
                .filter(run -> run.state() == RolloutRun.State.HOLDING)
                .flatMap(run -> heldPercentage(run))
                .filter(held -> flag.definition()
                        .filter(definition -> definition.percentage().equals(held))
                        .isPresent())
                .isPresent();
    }

    private static Optional<Percentage> heldPercentage(RolloutRun run) {
        try {
            return run.extra().get(HELD_PERCENTAGE) instanceof String held
                    ? Optional.of(Percentage.parse(held))
                    : Optional.empty();
        } catch (InvalidFlagException e) {
            return Optional.empty();
        }
    }
}
