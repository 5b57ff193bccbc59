package dev.flags.rollout.evidence;

import dev.flags.rollout.AdvanceRule;
import dev.flags.rollout.Guard;
import dev.flags.rollout.Guard.Arm;
import dev.flags.rollout.Guard.Bad;
import dev.flags.rollout.Verdict.Status;
import dev.flags.rollout.statistics.RateRatio;
import dev.flags.rollout.statistics.Wilson;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Judges shares of bad calls: "more than 5 % for 5 minutes". Only windows within the stage count.
 *
 * <p><b>Breached</b> when somebody reported at least four in five of the windows of that time, there were at least as many calls as the
 * guard asks for, and the share is above the threshold beyond doubt (Wilson's bound, one side, 90 %). With fewer calls it looks back
 * further, up to six times as far. <b>A total failure does not wait</b>: a fifth of the time, and a fifth of the calls, are enough for a
 * share that is beyond doubt above five times the threshold, or above half (never for less than the threshold itself). Without a least
 * number of calls, the only call of a minute would roll back by failing.
 *
 * <p><b>Cleared</b> when the time has gone by since the breach and the share within it is below 0.8 of the threshold.
 */
final class RateJudge {
    /** How many times its own time a guard looks back for want of calls. */
    static final int WIDEST = 6;

    private static final int SUDDEN_PART = 5;
    private static final double SUDDEN_RATE = 5;
    private static final double MOST_FAIL = 0.5;
    private static final double CLEARED = 0.8;
    /** A difference between the arms at which one would hold: below it both suffer alike. */
    private static final double DIFFERENT = RateRatio.logBound(0.05);

    private final Learnt learnt;
    private final History history;

    RateJudge(Learnt learnt) {
        this.learnt = learnt;
        this.history = learnt.history;
    }

    /** Calls of the last so many windows. */
    private record Calls(long windows, long reported, long calls, long bad) {
        boolean areEnough(long minimum) {
            return reported * 5 >= windows * 4 && calls >= minimum && calls > 0;
        }

        double share() {
            return (double) bad / calls;
        }

        double least() {
            return Wilson.lower(bad, calls);
        }
    }

    Finding judge(Guard.Rate guard, @Nullable Standing before, Instant now) {
        int time = Windows.in(guard.sustain());
        Optional<Calls> full = lookBack(guard, time);
        Optional<Calls> sudden = sudden(guard, time);
        Optional<Calls> breach = full.filter(calls -> calls.least() > guard.threshold())
                .or(() -> sudden.filter(calls -> calls.least() > suddenThreshold(guard.threshold())));
        if (breach.isPresent()) {
            return finding(guard, Status.BREACHED, breach, isShared(guard, breach.get()), "");
        }
        if (before != null && before.isBreached() && !isCleared(guard, full, before, now)) {
            return finding(
                    guard,
                    Status.BREACHED,
                    full.or(() -> early(guard, time)),
                    false,
                    "; not below " + Sentences.percent(CLEARED * guard.threshold()) + " for "
                            + Sentences.time(guard.sustain()) + " yet");
        }
        if (learnt.isSilent()) {
            return finding(guard, Status.NO_DATA, Optional.empty(), false, "nobody has reported for a minute");
        }
        Optional<Calls> seen = full.or(() -> early(guard, time));
        if (seen.isPresent()) {
            boolean doubtful = seen.get().share() >= guard.threshold();
            return finding(guard, doubtful ? Status.UNSETTLED : Status.HEALTHY, seen, false, "");
        }
        if (guard.arm() == Arm.CONTROL && learnt.served.isFull()) {
            return finding(guard, Status.HEALTHY, Optional.empty(), false, "nobody takes the old path");
        }
        boolean tooLong = learnt.watched() >= (long) WIDEST * time;
        Calls all = last(guard, Math.min(learnt.watched(), (long) WIDEST * time));
        return finding(
                guard,
                tooLong ? Status.NO_DATA : Status.UNSETTLED,
                Optional.empty(),
                false,
                "only " + Sentences.count(all.calls()) + " calls of the " + arm(guard.arm()) + " reported in "
                        + Sentences.time(all.windows()) + ", " + guard.minimum() + " are needed");
    }

    /** The guard's own time, or as much more as it takes to have enough calls. */
    private Optional<Calls> lookBack(Guard.Rate guard, int time) {
        long widest = Math.min(learnt.watched(), (long) WIDEST * time);
        Counter counter = new Counter(guard);
        for (long windows = 1; windows <= widest; windows++) {
            counter.addOneBack();
            if (windows >= time && counter.calls().areEnough(guard.minimum())) {
                return Optional.of(counter.calls());
            }
        }
        return Optional.empty();
    }

    /** What there is when the stage is younger than the guard's time. */
    private Optional<Calls> early(Guard.Rate guard, int time) {
        return Optional.of(last(guard, Math.min(learnt.watched(), time)))
                .filter(calls -> calls.areEnough(guard.minimum()));
    }

    private Optional<Calls> sudden(Guard.Rate guard, int time) {
        int windows = (time + SUDDEN_PART - 1) / SUDDEN_PART;
        return learnt.watched() < windows
                ? Optional.empty()
                : Optional.of(last(guard, windows))
                        .filter(calls -> calls.areEnough((guard.minimum() + SUDDEN_PART - 1) / SUDDEN_PART));
    }

    private static double suddenThreshold(double threshold) {
        return Math.max(threshold, Math.min(SUDDEN_RATE * threshold, MOST_FAIL));
    }

    private static boolean isCleared(Guard.Rate guard, Optional<Calls> full, Standing before, Instant now) {
        return !before.since().plus(guard.sustain()).isAfter(now)
                && full.isPresent()
                && full.get().share() < CLEARED * guard.threshold();
    }

    /** Whether the other arm would breach the same guard, and the arms do not differ. */
    private boolean isShared(Guard.Rate guard, Calls breach) {
        Arm other = guard.arm() == Arm.TREATMENT ? Arm.CONTROL : Arm.TREATMENT;
        Calls others = last(other, guard.bad(), breach.windows());
        Comparison comparison = guard.bad() instanceof Bad.Failed ? learnt.failures : learnt.slowness;
        return others.areEnough(Math.min(guard.minimum(), breach.calls()))
                && others.least() > guard.threshold()
                && comparison.plain().logE() < DIFFERENT;
    }

    private Calls last(Guard.Rate guard, long windows) {
        return last(guard.arm(), guard.bad(), windows);
    }

    private Calls last(Arm arm, Bad bad, long windows) {
        WindowSums sums = history.sum(history.last() - windows + 1, history.last());
        return new Calls(windows, sums.reported(), calls(sums.of(arm), bad), bad(sums.of(arm), bad));
    }

    /** Looks further and further back. */
    private final class Counter {
        private final Guard.Rate guard;
        private Calls calls = new Calls(0, 0, 0, 0);

        Counter(Guard.Rate guard) {
            this.guard = guard;
        }

        void addOneBack() {
            WindowSums window = history.at(history.last() - calls.windows());
            ArmSums arm = window.of(guard.arm());
            calls = new Calls(
                    calls.windows() + 1,
                    calls.reported() + window.reported(),
                    calls.calls() + RateJudge.this.calls(arm, guard.bad()),
                    calls.bad() + bad(arm, guard.bad()));
        }

        Calls calls() {
            return calls;
        }
    }

    private long calls(ArmSums arm, Bad bad) {
        return bad instanceof Bad.SlowerThan slower ? arm.decided(bound(slower)) : arm.calls();
    }

    private long bad(ArmSums arm, Bad bad) {
        return bad instanceof Bad.SlowerThan slower ? arm.slow(bound(slower)) : arm.failures();
    }

    private int bound(Bad.SlowerThan slower) {
        return history.bounds().indexOf(slower.bound());
    }

    private Finding finding(Guard.Rate guard, Status status, Optional<Calls> calls, boolean shared, String more) {
        String said = calls.map(seen -> said(guard.bad(), guard.arm(), seen) + " in " + Sentences.time(seen.windows())
                        + ", threshold " + Sentences.percent(guard.threshold()))
                .orElse("");
        return new Finding(
                status,
                calls.map(seen -> OptionalDouble.of(seen.share())).orElse(OptionalDouble.empty()),
                guard.threshold(),
                OptionalDouble.empty(),
                shared,
                history.line(window -> share(window, Arm.TREATMENT, guard.bad())),
                history.line(window -> share(window, Arm.CONTROL, guard.bad())),
                said + more + (shared ? "; the other arm suffers alike, so the new path is not the only cause" : ""));
    }

    private static String said(Bad bad, Arm arm, Calls calls) {
        return Sentences.percent(calls.share()) + " of " + Sentences.count(calls.calls()) + " calls of the " + arm(arm)
                + (bad instanceof Bad.SlowerThan slower
                        ? " took longer than " + Sentences.time(slower.bound())
                        : " failed");
    }

    private static String arm(Arm arm) {
        return arm == Arm.TREATMENT ? "treatment" : "control";
    }

    private double share(WindowSums window, Arm arm, Bad bad) {
        long calls = calls(window.of(arm), bad);
        return calls == 0 ? Double.NaN : (double) bad(window.of(arm), bad) / calls;
    }

    /** Whether the treatment's share within the whole stage allows a climb. */
    Finding judge(AdvanceRule rule) {
        ArmSums arm = learnt.stage.sums().of(Arm.TREATMENT);
        Calls all = new Calls(learnt.watched(), 0, calls(arm, rule.bad()), bad(arm, rule.bad()));
        boolean enough = all.calls() >= Math.max(1, rule.minimum());
        Status status = !enough ? Status.NO_DATA : all.share() < rule.below() ? Status.HEALTHY : Status.UNSETTLED;
        return Finding.of(
                        status,
                        enough ? OptionalDouble.of(all.share()) : OptionalDouble.empty(),
                        rule.below(),
                        enough
                                ? said(rule.bad(), Arm.TREATMENT, all) + " in this stage, must be below "
                                        + Sentences.percent(rule.below())
                                : "only " + Sentences.count(all.calls())
                                        + " calls of the treatment reported in this stage, " + rule.minimum()
                                        + " are needed")
                .withLines(
                        history.line(window -> share(window, Arm.TREATMENT, rule.bad())),
                        history.line(window -> share(window, Arm.CONTROL, rule.bad())));
    }
}
