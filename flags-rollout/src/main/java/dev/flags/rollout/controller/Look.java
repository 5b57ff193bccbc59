package dev.flags.rollout.controller;

import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.checks.Checks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that the state machine knows of one run at one moment. Immutable.
 *
 * @param flag with the run
 * @param progress at the run's stage and percentage
 * @param judgement what the guards come to
 * @param advance what the conditions for advancing say
 * @param fresh whether what calls came to was read just now
 * @param unmet the first precondition that is not so, or was not answered lately; empty when all are
 * @param unanswered whether the first one is only unanswered
 * @param gate what the gates of the next raise said; empty while they have not been asked, or have not answered
 * @param latency the bound by which latency could be compared from now on; empty where the plan does not compare it
 * @param due what was decided before and is not confirmed yet
 * @param now by the store's clock
 */
record Look(
        FlagState flag,
        RolloutRun run,
        RolloutPlan plan,
        Progress progress,
        Judgement judgement,
        List<Verdict> advance,
        boolean fresh,
        Optional<String> unmet,
        boolean unanswered,
        Optional<Checks.Answer> gate,
        Optional<Duration> latency,
        Optional<Due> due,
        Instant now) {
    Look {
        advance = List.copyOf(advance);
    }

    /**
     * A lowering that was decided: it happens even when its cause is over before it could be committed.
     *
     * @param level 0: straight back
     */
    record Due(Percentage level, String why) {
        /** Whether a run has come down as far. */
        boolean isDone(Percentage now, RolloutRun run) {
            return run.state().isFinal() || (run.state() == RolloutRun.State.ROLLING_BACK && now.compareTo(level) <= 0);
        }
    }

    Percentage percentage() {
        return progress.percentage();
    }

    int lastStage() {
        return run.stages().size() - 1;
    }
}
