package dev.flags.rollout.evidence;

import dev.flags.rollout.Guard;
import dev.flags.rollout.Verdict.Status;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Judges instances: do as many report as did, and how many have an open breaker?
 *
 * <p><b>As many as did</b> is the highest number that stayed for a minute within the last quarter of an hour, before the stage as well: what a
 * climb has killed is missing from the beginning of the stage. Instances that began or ended in a window are left out of that number, so that
 * a deployment, which has both, counts nobody twice. Who they are does not matter: as many new ones are as good.
 */
final class FleetJudge {
    /** A quarter of an hour. */
    private static final int BACK = 90;
    /** A minute. */
    private static final int STAYED = 6;
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
        int were = peak(last);
        boolean fewer = learnt.watched() >= MISSING;
        for (int i = reporting.length - MISSING; i < reporting.length; i++) {
            fewer &= reporting[i] < guard.share() * were;
        }
        Status status = fewer
                ? Status.BREACHED
                : learnt.isSilent()
                        ? Status.NO_DATA
                        : now > 0 && now >= guard.share() * were ? Status.HEALTHY : Status.UNSETTLED;
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
                                                + Sentences.percent(guard.share()) + " must"))
                .withLines(line, List.of());
    }

    private int peak(long last) {
        int[] living = learnt.fleet.living(last - BACK + 1, last);
        int peak = 0;
        for (int i = STAYED - 1; i < living.length; i++) {
            int least = living[i];
            for (int j = i - STAYED + 1; j < i; j++) {
                least = Math.min(least, living[j]);
            }
            peak = Math.max(peak, least);
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
