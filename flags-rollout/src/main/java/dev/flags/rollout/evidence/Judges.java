package dev.flags.rollout.evidence;

import dev.flags.rollout.AdvanceRule;
import dev.flags.rollout.Guard;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Asks the judge of each guard, and remembers since when it says what it says. Not thread-safe; confine it to one thread. */
final class Judges {
    private final RolloutPlan plan;
    private final Learnt learnt;
    private final Map<String, Standing> standings = new TreeMap<>();

    Judges(RolloutPlan plan, Learnt learnt) {
        this.plan = plan;
        this.learnt = learnt;
    }

    /**
     * Another percentage is in force. What was found by windows of the stage before is over; the e-processes go on, but for one whose
     * breach has just been acted on by a step down: it begins anew, to see whether the treatment is worse at this level, too.
     */
    void enter(Instant stageSince) {
        learnt.enter(stageSince);
        for (Guard guard : plan.guards()) {
            if (guard instanceof Guard.Compared compared) {
                Comparison comparison = compared.latency() ? learnt.slowness : learnt.failures;
                if (guard.action() == Action.STEP_BACK && comparison.hasFired(compared)) {
                    comparison.restart(compared);
                    standings.remove(guard.name());
                }
            } else if (!(guard instanceof Guard.SampleRatio) && !(guard instanceof Guard.CriticalCodes)) {
                standings.remove(guard.name());
            }
        }
    }

    List<Verdict> judge(Instant now) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Guard guard : plan.guards()) {
            Finding finding = find(guard, standings.get(guard.name()), now);
            if (finding != null) {
                Standing standing = standings
                        .computeIfAbsent(guard.name(), name -> new Standing(finding.status(), now))
                        .then(finding.status(), now);
                standings.put(guard.name(), standing);
                verdicts.add(
                        verdict(guard.name(), action(guard, standing, now), finding, Optional.of(standing.since())));
            }
        }
        return verdicts;
    }

    private @Nullable Finding find(Guard guard, @Nullable Standing before, Instant now) {
        if (guard instanceof Guard.Rate rate) {
            return new RateJudge(learnt).judge(rate, before, now);
        }
        if (guard instanceof Guard.Compared compared) {
            return new ComparedJudge(learnt).judge(compared, before);
        }
        if (guard instanceof Guard.SampleRatio ratio) {
            return new ComparedJudge(learnt).judge(ratio, before);
        }
        if (guard instanceof Guard.Survivors survivors) {
            return new FleetJudge(learnt).judge(survivors);
        }
        if (guard instanceof Guard.Breakers breakers) {
            return new FleetJudge(learnt).judge(breakers);
        }
        return guard instanceof Guard.CriticalCodes critical ? judge(critical) : null;
    }

    /** Processes that are missing may be in the middle of a deployment, so there is a time in which it only holds. */
    private static Action action(Guard guard, Standing standing, Instant now) {
        return guard instanceof Guard.Survivors survivors
                        && guard.action() != Action.NOTIFY
                        && standing.since().plus(survivors.sustain()).isAfter(now)
                ? Action.HOLD
                : guard.action();
    }

    /** The treatment's codes breach, and do so for the rest of the run: a rollback does not mend the path that it leads to. */
    private Finding judge(Guard.CriticalCodes guard) {
        Set<String> seen = learnt.codes.latched(guard.codes());
        long failures = Math.max(seen.size(), learnt.codes.treatment(guard.codes()));
        long controls = learnt.codes.control(guard.codes());
        Status status = !seen.isEmpty()
                ? Status.BREACHED
                : learnt.isSilent() ? Status.NO_DATA : learnt.watched() == 0 ? Status.UNSETTLED : Status.HEALTHY;
        String text = seen.isEmpty()
                ? "no critical failure of the treatment"
                : Sentences.count(failures) + (failures == 1 ? " call" : " calls") + " of the treatment failed with "
                        + String.join(", ", seen);
        return new Finding(
                status,
                OptionalDouble.of((double) failures),
                0,
                OptionalDouble.empty(),
                !seen.isEmpty() && controls > 0,
                List.of(),
                List.of(),
                controls == 0 ? text : text + "; the control has " + Sentences.count(controls) + " of them, too");
    }

    List<Verdict> advance() {
        RateJudge judge = new RateJudge(learnt);
        List<Verdict> verdicts = new ArrayList<>();
        for (AdvanceRule rule : plan.advance()) {
            verdicts.add(verdict(rule.name(), Action.HOLD, judge.judge(rule), Optional.empty()));
        }
        return verdicts;
    }

    private static Verdict verdict(String name, Action action, Finding finding, Optional<Instant> since) {
        return new Verdict(
                name,
                finding.status(),
                action,
                finding.value(),
                finding.threshold(),
                finding.evidence(),
                since,
                finding.shared(),
                finding.treatment(),
                finding.control(),
                finding.text());
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        standings.forEach((guard, standing) -> tree.put(
                guard,
                List.of(
                        standing.status().name().toLowerCase(Locale.ROOT),
                        standing.since().toString())));
        return tree;
    }

    void read(Tree tree) {
        for (Guard guard : plan.guards()) {
            if (tree.has(guard.name())) {
                List<?> each = tree.list(guard.name());
                if (each.size() != 2) {
                    throw new IllegalArgumentException("a standing has two parts, was " + each);
                }
                standings.put(
                        guard.name(),
                        new Standing(
                                Status.valueOf(String.valueOf(each.get(0)).toUpperCase(Locale.ROOT)),
                                Instant.parse(String.valueOf(each.get(1)))));
            }
        }
    }
}
