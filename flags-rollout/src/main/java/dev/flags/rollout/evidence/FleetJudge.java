package dev.flags.rollout.evidence;

import dev.flags.rollout.Guard;
import dev.flags.rollout.Verdict.Status;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Judges instances: do as many report as did, and how many have an open breaker?
 *
 * <p><b>As many as did</b> is the highest number that stayed for a minute within the last quarter of an hour, before the stage as well:
 * what a climb has killed is missing from the beginning of the stage. Instances that began or ended in a window are left out of that
 * number, so that a deployment, which has both, counts nobody twice. Who they are does not matter: as many new ones are as good.
 *
 * <p><b>A deployment beside the old instances</b> (blue and green) doubles them for minutes and then takes the old ones away. What there
 * was before the new ones came is then what there must be, if nothing but old ones has gone and enough new ones have come; and for a
 * while nothing counts as healthy. A path that ends its process, and has it started again, ends new ones too, and its instances never
 * were more than before.
 */
final class FleetJudge {
    /** A quarter of an hour. */
    private static final int BACK = 90;
    /** A minute. */
    private static final int STAYED = 6;
    /** For so long after instances were replaced, five minutes, it is not said that all is well: what ends a process may take its time. */
    private static final int STEADY = 30;
    /** One window in which somebody is missing can be a deployment, or a row that is late. */
    private static final int MISSING = 2;
    /** An open breaker diverts calls in each window, as far as there are calls. */
    private static final int DIVERTED = 3;

    private final Learnt learnt;

    FleetJudge(Learnt learnt) {
        this.learnt = learnt;
    }

    Finding judge(Guard.Survivors guard) {
        long last = learnt.history.last();
        int[] reporting = learnt.fleet.reporting(last - History.SHOWN + 1, last);
        int now = reporting[reporting.length - 1];
        int were = Math.max(expected(last), peak(last - BACK + 1, last).were());
        boolean fewer = isFewer(reporting, guard.share() * were);
        if (fewer && isReplaced(guard.share(), reporting, last)) {
            were = expected(last);
            fewer = false;
        }
        boolean steady = !learnt.replacement.isThere() || last - learnt.replacement.since() >= STEADY;
        Status status = fewer
                ? Status.BREACHED
                : learnt.isSilent()
                        ? Status.NO_DATA
                        : steady && now > 0 && now >= guard.share() * were ? Status.HEALTHY : Status.UNSETTLED;
        List<Double> line =
                Arrays.stream(reporting).mapToObj(count -> (double) count).toList();
        return Finding.of(
                        status,
                        were == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) now / were),
                        guard.share(),
                        Sentences.count(now) + " instances report"
                                + (were == 0
                                        ? ""
                                        : ", there were " + Sentences.count(were) + "; at least "
                                                + Sentences.percent(guard.share()) + " must" + hint(fewer, steady)))
                .withLines(line, List.of());
    }

    private boolean isFewer(int[] reporting, double least) {
        boolean fewer = learnt.watched() >= MISSING;
        for (int i = reporting.length - MISSING; i < reporting.length; i++) {
            fewer &= reporting[i] < least;
        }
        return fewer;
    }

    private static String hint(boolean fewer, boolean steady) {
        if (fewer) {
            return ". A deployment that takes instances away before as many new ones report looks like that, too";
        }
        return steady
                ? ""
                : ". New ones have taken the place of old ones, and are watched for " + Sentences.time(STEADY);
    }

    /** What there was before instances were replaced, for as long as that counts. */
    private int expected(long last) {
        return learnt.replacement.isThere() && last - learnt.replacement.since() < BACK ? learnt.replacement.were() : 0;
    }

    /** Whether those that are missing were replaced; if so, that is remembered. */
    private boolean isReplaced(double share, int[] reporting, long last) {
        Peak all = peak(last - BACK + 1, last);
        OptionalLong from =
                all.were() == 0 ? OptionalLong.empty() : learnt.fleet.replacedFrom(all.window(), last, share);
        if (from.isEmpty()) {
            return false;
        }
        int before = Math.max(
                expected(last),
                peak(last - WindowBits.KEPT + 2, from.getAsLong() - 1).were());
        if (before == 0 || isFewer(reporting, share * before)) {
            return false;
        }
        learnt.replacement = new Replacement(last, before);
        return true;
    }

    /**
     * The highest number that stayed for a minute.
     *
     * @param window the last in which it did
     */
    private record Peak(int were, long window) {}

    /** Not from before instances were replaced. */
    private Peak peak(long from, long last) {
        long first = learnt.replacement.isThere() ? Math.max(from, learnt.replacement.since()) : from;
        Peak peak = new Peak(0, last);
        if (last - first < STAYED) {
            return peak;
        }
        int[] living = learnt.fleet.living(first, last);
        for (int i = STAYED - 1; i < living.length; i++) {
            int least = living[i];
            for (int j = i - STAYED + 1; j < i; j++) {
                least = Math.min(least, living[j]);
            }
            peak = least >= peak.were() ? new Peak(least, first + i) : peak;
        }
        return peak;
    }

    Finding judge(Guard.Breakers guard) {
        long last = learnt.history.last();
        long first = Math.max(learnt.stage.first(), last - DIVERTED + 1);
        int reporting = learnt.fleet.reportingAny(first, last);
        if (reporting == 0) {
            return Finding.of(
                    learnt.isSilent() ? Status.NO_DATA : Status.UNSETTLED,
                    OptionalDouble.empty(),
                    guard.share(),
                    "no instance reports");
        }
        int open = learnt.fleet.diverting(first, last);
        double share = (double) open / reporting;
        return Finding.of(
                share > guard.share() ? Status.BREACHED : Status.HEALTHY,
                OptionalDouble.of(share),
                guard.share(),
                "the breaker is open in " + Sentences.count(open) + " of " + Sentences.count(reporting)
                        + " instances, threshold " + Sentences.percent(guard.share()));
    }
}
