package dev.flags.rollout.evidence;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.AdvanceRule;
import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.StepBack;
import dev.flags.rollout.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A store with rows and a controller that looks at them, on a clock that a test moves. */
final class Watching {
    final RolloutPlan plan;
    Evidence evidence;
    Instant stageSince = TestRow.BEGIN;
    Instant now = TestRow.BEGIN;
    private final List<OutcomeRow> stored = new ArrayList<>();
    /** Whether evidence goes through its JSON after each look, as it does when another controller takes over. */
    boolean restarts;

    Watching(Guard... guards) {
        this(List.of(guards), List.of());
    }

    Watching(List<Guard> guards, List<AdvanceRule> advance) {
        plan = plan(guards, advance);
        evidence = Evidence.of(TestRow.RUN, plan);
    }

    static RolloutPlan plan(List<Guard> guards, List<AdvanceRule> advance) {
        return new RolloutPlan(
                List.of(
                        new Stage(Percentage.of(10), Duration.ofMinutes(15)),
                        new Stage(Percentage.of(50), Duration.ofMinutes(15))),
                guards,
                advance,
                List.of(),
                List.of(),
                StepBack.DEFAULT,
                Percentage.ZERO,
                RolloutPlan.SOAK,
                RolloutPlan.Missing.HOLD);
    }

    /** The store keeps a row; one of the same identity takes the place of the one before. */
    Watching put(TestRow... rows) {
        for (TestRow each : rows) {
            OutcomeRow row = each.row();
            stored.removeIf(before -> before.run().equals(row.run())
                    && before.instance().equals(row.instance())
                    && before.percentage().equals(row.percentage())
                    && before.window().equals(row.window()));
            stored.add(row);
        }
        return this;
    }

    /** Looks once, so many seconds after the beginning of a window. */
    Watching look(long window, long seconds) {
        now = TestRow.at(window).plusSeconds(seconds);
        Instant from = evidence.readFrom(now);
        List<OutcomeRow> read = stored.stream()
                .filter(row -> row.run().equals(TestRow.RUN) && !row.window().isBefore(from))
                .toList();
        evidence.absorb(read, stageSince, now);
        if (restarts) {
            evidence = Evidence.parse(evidence.toJson(), plan);
        }
        return this;
    }

    /** Looks when nothing of this window and those before can come in time any more. */
    Watching lookAfter(long window) {
        return look(window + IncomingRows.FINAL_AFTER, 0);
    }

    /** Another percentage is in force from the beginning of a window on. */
    Watching stage(long window) {
        stageSince = TestRow.at(window);
        return this;
    }

    List<Verdict> verdicts() {
        return evidence.judge(stageSince, now);
    }

    /** What the only guard says. */
    Verdict verdict() {
        return verdicts().get(0);
    }

    Verdict advance() {
        return evidence.advance(stageSince, now).get(0);
    }
}
