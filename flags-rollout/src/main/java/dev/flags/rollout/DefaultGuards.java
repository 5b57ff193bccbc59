package dev.flags.rollout;

import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Guard.Compared;
import dev.flags.rollout.Guard.Rate;
import java.time.Duration;
import java.util.List;

/**
 * What watches a rollout whose plan says nothing else. Each stands until the plan has a guard of its own for the same thing; for the
 * rate of errors, one that rolls back.
 */
final class DefaultGuards {
    static final List<Guard> ALL = List.of(
            Guard.parse("failures worse than control -> rollback"),
            Guard.parse("failures-worse-early: failures worse than control -> hold"),
            Guard.parse("latency worse than control -> hold"),
            Guard.parse("sample-ratio -> hold"),
            Guard.parse("survivors < 80% for 1m -> rollback"),
            Guard.parse("breakers > 20% -> rollback"),
            Guard.parse("error-rate-limit: error-rate > 10% for 1m -> rollback"));

    private DefaultGuards() {}

    /** Also one that was made to fit short bakes. */
    static boolean isOne(Guard guard) {
        return ALL.stream()
                .anyMatch(each -> each.name().equals(guard.name())
                        && fitted(each, watched(guard)).equals(guard));
    }

    private static Duration watched(Guard guard) {
        if (guard instanceof Rate rate) {
            return rate.sustain();
        }
        return guard instanceof Guard.Survivors survivors ? survivors.sustain() : GuardText.SUSTAIN;
    }

    /** Those that a plan with these guards of its own still has; none watches longer than the shortest bake. */
    static List<Guard> beside(List<Guard> own, List<Guard> defaults, Duration shortestBake) {
        return defaults.stream()
                .filter(guard -> own.stream().noneMatch(other -> replaces(other, guard)))
                .map(guard -> fitted(guard, shortestBake))
                .toList();
    }

    private static boolean replaces(Guard own, Guard guard) {
        if (own.name().equals(guard.name())) {
            return true;
        }
        if (own instanceof Compared mine && guard instanceof Compared theirs) {
            return mine.latency() == theirs.latency();
        }
        if (own instanceof Rate mine && guard instanceof Rate) {
            return mine.bad() instanceof Guard.Bad.Failed
                    && mine.arm() == Guard.Arm.TREATMENT
                    && mine.action() == Action.ROLL_BACK;
        }
        return !(guard instanceof Rate) && own.getClass() == guard.getClass();
    }

    private static Guard fitted(Guard guard, Duration longest) {
        Duration most = longest.compareTo(PlanRules.WINDOW) < 0 ? PlanRules.WINDOW : longest;
        if (guard instanceof Rate rate && rate.sustain().compareTo(most) > 0) {
            return new Rate(
                    rate.name(),
                    rate.bad(),
                    rate.arm(),
                    rate.threshold(),
                    most,
                    rate.minimum(),
                    rate.severity(),
                    rate.action());
        }
        if (guard instanceof Guard.Survivors survivors && survivors.sustain().compareTo(most) > 0) {
            return new Guard.Survivors(
                    survivors.name(), survivors.share(), most, survivors.severity(), survivors.action());
        }
        return guard;
    }
}
