package dev.flags.rollout.controller;

import dev.flags.model.Percentage;
import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.statistics.DetectionTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** How long the comparison of failures would need to see them doubled. */
final class Detection {
    private Detection() {}

    /** Empty when the plan does not compare, nobody comes, or nothing fails in the control, so that there is nothing to double. */
    static Optional<Duration> within(
            RolloutPlan plan, Percentage percentage, double usersPerSecond, List<Verdict> verdicts) {
        return plan.guards().stream()
                .flatMap(guard -> guard instanceof Guard.Compared compared && !compared.latency()
                        ? within(compared, percentage, usersPerSecond, verdicts).stream()
                        : null)
                .min(Comparator.naturalOrder());
    }

    private static Optional<Duration> within(
            Guard.Compared guard, Percentage percentage, double usersPerSecond, List<Verdict> verdicts) {
        OptionalDouble rate = verdicts.stream()
                .filter(verdict -> verdict.guard().equals(guard.name()))
                .flatMap(verdict -> verdict.control().stream())
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .average();
        if (rate.isEmpty() || !(rate.getAsDouble() > 0) || rate.getAsDouble() > 0.5) {
            return Optional.empty();
        }
        return DetectionTime.of(
                percentage, usersPerSecond, rate.getAsDouble(), 2 * rate.getAsDouble(), guard.alpha(), guard.margin());
    }
}
