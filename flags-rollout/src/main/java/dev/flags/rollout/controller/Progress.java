package dev.flags.rollout.controller;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.RunFields;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * How long a run has been seen healthy at its present stage and percentage. Times are the store's. Immutable.
 *
 * @param published the {@code stageSince} of the run
 * @param since since when the percentage is in force: a window of outcomes before that proves nothing
 * @param healthy observed healthy time since then
 * @param last the last look
 * @param counting whether at the last look time was counted, so that the time up to the next look can be
 * @param calmSince since when all guards have been healthy at every look
 * @param missingSince since when a guard has had no data at every look
 */
record Progress(
        String run,
        int stage,
        Percentage percentage,
        Instant published,
        Instant since,
        Duration healthy,
        Instant last,
        boolean counting,
        Optional<Instant> calmSince,
        Optional<Instant> missingSince) {
    /** A gap in which nobody looked does not count; a tick that comes a little late does. */
    private static final int TICKS_THAT_COUNT = 3;

    private static final Set<RolloutRun.State> COUNTED =
            Set.of(RolloutRun.State.RUNNING, RolloutRun.State.SOAKING, RolloutRun.State.ROLLING_BACK);

    /** At the first sight of a run at a stage and percentage. */
    static Progress first(FlagState flag, RolloutRun run, Instant now) {
        Instant published = RunFields.stageSince(run);
        return new Progress(
                run.id(),
                run.stage(),
                percentage(flag),
                published,
                // what changed it may not have said so, and cannot have come after the flag's last commit
                published.isAfter(flag.updatedAt()) ? published : flag.updatedAt(),
                Duration.ZERO,
                now,
                false,
                Optional.empty(),
                Optional.empty());
    }

    /** This, or where stage or percentage have changed, the beginning of the next. */
    Progress of(FlagState flag, RolloutRun seen, Instant now) {
        boolean same = run.equals(seen.id())
                && stage == seen.stage()
                && percentage.equals(percentage(flag))
                && published.equals(RunFields.stageSince(seen));
        return same ? this : first(flag, seen, now);
    }

    /**
     * After one more look.
     *
     * @param observed whether what calls came to could be seen
     */
    Progress look(RolloutRun.State state, boolean observed, Judgement judgement, Duration tick, Instant now) {
        boolean counts = observed && judgement.settled() && COUNTED.contains(state);
        Duration gap = Duration.between(last, now);
        Duration most = tick.multipliedBy(TICKS_THAT_COUNT);
        Duration counted = gap.isNegative() ? Duration.ZERO : gap.compareTo(most) > 0 ? most : gap;
        boolean calm = observed && judgement.settled();
        return new Progress(
                run,
                stage,
                percentage,
                published,
                since,
                counting && counts ? healthy.plus(counted) : healthy,
                now,
                counts,
                calm ? calmSince.or(() -> Optional.of(now)) : Optional.empty(),
                judgement.missing() ? missingSince.or(() -> Optional.of(now)) : Optional.empty());
    }

    private static Percentage percentage(FlagState flag) {
        return flag.definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO);
    }
}
