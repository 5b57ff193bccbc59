package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import java.time.Duration;
import java.util.List;

/**
 * What the calls of one arm came to, added up over rows: never sampled, but for users, which are estimated for all. Not thread-safe;
 * confine it to one thread.
 */
final class ArmSums {
    private static final int CALLS = 0;
    private static final int FAILURES = 1;
    private static final int USERS = 2;
    private static final int SLOW_USERS = 3;
    private static final int BOUNDS = 4;

    private final long[] sums;

    /**
     * Nothing.
     *
     * @param bounds for how many latency bounds calls are counted
     */
    ArmSums(int bounds) {
        this.sums = new long[BOUNDS + 2 * bounds];
    }

    long calls() {
        return sums[CALLS];
    }

    long failures() {
        return sums[FAILURES];
    }

    long users() {
        return sums[USERS];
    }

    long slowUsers() {
        return sums[SLOW_USERS];
    }

    /** Calls that ended in time, or passed the bound. */
    long decided(int bound) {
        return sums[BOUNDS + 2 * bound];
    }

    long slow(int bound) {
        return sums[BOUNDS + 2 * bound + 1];
    }

    void add(ArmSums more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more.sums[i];
        }
    }

    /**
     * Adds a row.
     *
     * @param bounds those that calls are counted for, in the order of their numbers
     */
    void add(OutcomeRow.Arm arm, int sample, List<Duration> bounds) {
        sums[CALLS] += arm.calls();
        sums[FAILURES] += arm.failures();
        sums[USERS] += arm.users() << sample;
        for (OutcomeRow.Bound each : arm.bounds()) {
            sums[SLOW_USERS] += (long) each.slowUsers().size() << sample;
            int bound = bounds.indexOf(each.bound());
            if (bound >= 0) {
                sums[BOUNDS + 2 * bound] += each.decided();
                sums[BOUNDS + 2 * bound + 1] += each.slow();
            }
        }
    }

    void write(BitWriter to) {
        for (long sum : sums) {
            to.number(sum);
        }
    }

    void read(BitReader from) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = from.number();
        }
    }
}
