package dev.flags.benchmarks.rollout;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Severity;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.evidence.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges as a controller does: rows are read from where the evidence asks for them, a moment after their window, and the guards of a plan decide. */
enum ByEvidence implements Judging {
    /** Are failures more than in the control? Evidence stays in memory. */
    FAILURES,
    /** The same, stored and read again after each look, as if another controller took over all the time. */
    FAILURES_STORED,
    /** Is the split another than the percentage? */
    SPLIT;

    /** From the end of a window until its rows are read. */
    private static final Duration MOMENT = Duration.ofSeconds(3);

    @Override
    public Judge judge(double alpha) {
        RolloutPlan plan = plan(alpha);
        return new Judge() {
            private final List<OutcomeRow> store = new ArrayList<>();
            private final Set<Percentage> stages = new HashSet<>();
            private Instant stageSince = Fleet.at(0);
            private Evidence evidence = Evidence.of(Fleet.RUN, plan);

            @Override
            public boolean look(int window, List<OutcomeRow> rows) {
                store.addAll(rows);
                for (OutcomeRow row : rows) {
                    stageSince = stages.add(row.percentage()) ? row.window() : stageSince;
                }
                Instant now = Fleet.at(window + 1).plus(MOMENT);
                Instant from = evidence.readFrom(now);
                evidence.absorb(
                        store.stream()
                                .filter(row -> !row.window().isBefore(from))
                                .toList(),
                        stageSince,
                        now);
                boolean breached = evidence.judge(stageSince, now).stream()
                        .anyMatch(verdict -> verdict.status() == Verdict.Status.BREACHED);
                if (ByEvidence.this == FAILURES_STORED) {
                    evidence = Evidence.parse(evidence.toJson(), plan);
                }
                return breached;
            }
        };
    }

    private RolloutPlan plan(double alpha) {
        Guard guard = this == SPLIT
                ? new Guard.SampleRatio("split", alpha, Severity.HIGH, Guard.Action.HOLD)
                : new Guard.Compared("worse", false, alpha, 1, Severity.CRITICAL, Guard.Action.ROLL_BACK);
        return RolloutPlan.stages("10:15m,50:15m,100")
                .withoutDefaultGuards()
                .guard(guard)
                .build();
    }
}
