package dev.flags.rollout.controller;

import dev.flags.rollout.Guard;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all guards come to. Each part is empty, or says why: what is breached, in the guards' words. Immutable.
 *
 * @param rollBack straight to 0 %
 * @param stepBack down a level
 * @param hold no higher
 * @param breached whatever is breached, the mildest of it too
 * @param critical a critical code was seen
 * @param unmeasured a measurement has no number, or has not been beyond its bound for long enough to be a breach
 * @param settled whether every guard that does more than tell is healthy
 * @param missing whether a guard has no data
 */
record Judgement(
        Optional<String> rollBack,
        Optional<String> stepBack,
        Optional<String> hold,
        Optional<String> breached,
        Optional<String> critical,
        Optional<String> unmeasured,
        boolean settled,
        boolean missing) {

    /**
     * Adds up verdicts.
     *
     * @param goingDown whether they are to judge a level of a gradual rollback: a wrong split neither ends nor hastens that
     * @param missingSince since when a guard has had no data
     */
    static Judgement of(
            RolloutPlan plan, List<Verdict> verdicts, boolean goingDown, Optional<Instant> missingSince, Instant now) {
        Map<String, Guard> guards = new HashMap<>();
        plan.guards().forEach(guard -> guards.put(guard.name(), guard));
        Map<Action, List<String>> due = new HashMap<>();
        List<String> breached = new ArrayList<>();
        List<String> critical = new ArrayList<>();
        List<String> unmeasured = new ArrayList<>();
        boolean settled = true;
        boolean missing = false;
        for (Verdict verdict : verdicts) {
            Guard guard = guards.get(verdict.guard());
            if (verdict.action() == Action.NOTIFY || (goingDown && guard instanceof Guard.SampleRatio)) {
                continue;
            }
            settled &= verdict.status() == Status.HEALTHY;
            if (guard instanceof Guard.Measured
                    && (verdict.status() == Status.NO_DATA || verdict.status() == Status.UNSETTLED)) {
                unmeasured.add(said(verdict, "not measured yet"));
            }
            if (verdict.status() == Status.NO_DATA) {
                missing = true;
                due.computeIfAbsent(ofMissing(plan, missingSince, now), action -> new ArrayList<>())
                        .add(said(verdict, "too little was reported"));
            } else if (verdict.status() == Status.BREACHED) {
                due.computeIfAbsent(ofBreach(guard, verdict), action -> new ArrayList<>())
                        .add(said(verdict, "breached"));
                breached.add(said(verdict, "breached"));
                if (guard instanceof Guard.CriticalCodes) {
                    critical.add(said(verdict, "breached"));
                }
            }
        }
        return new Judgement(
                joined(due.get(Action.ROLL_BACK)),
                joined(due.get(Action.STEP_BACK)),
                joined(due.get(Action.HOLD)),
                joined(breached),
                joined(critical),
                joined(unmeasured),
                settled,
                missing);
    }

    /** Too little to say anything holds; what comes after that is the plan's word. */
    private static Action ofMissing(RolloutPlan plan, Optional<Instant> since, Instant now) {
        Action action = plan.missing().action();
        return (action == Action.ROLL_BACK || action == Action.STEP_BACK)
                        && since.isPresent()
                        && !since.get().plus(plan.missing().after()).isAfter(now)
                ? action
                : Action.HOLD;
    }

    private static Action ofBreach(@Nullable Guard guard, Verdict verdict) {
        if (guard instanceof Guard.SampleRatio) {
            return Action.HOLD; // the split is wrong, not the new path: a rollback would not mend it
        }
        return verdict.action();
    }

    private static String said(Verdict verdict, String otherwise) {
        return verdict.guard() + ": " + (verdict.text().isBlank() ? otherwise : verdict.text());
    }

    private static Optional<String> joined(@Nullable List<String> reasons) {
        return reasons == null || reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
    }
}
