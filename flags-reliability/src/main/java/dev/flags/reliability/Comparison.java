package dev.flags.reliability;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Whether an outage made decisions slower, told from whatever else the machine did meanwhile. An instance that no outage reaches was asked
 * in turn with the observed one. By as much as its p99 changed, the machine had changed; what the observed one's changed beyond that is
 * the outage's doing. Immutable.
 *
 * @param isEnough whether there were enough decisions to say
 * @param observed how long those of the observed instance took
 * @param control how long those of the control took
 * @param low with {@code high}, where 95 of 100 effects lie when moments of the measurement are drawn anew
 * @param high see {@code low}
 */
record Comparison(boolean isEnough, Change observed, Change control, double low, double high) {

    /** The goal: a p99 of so many times that before. */
    private static final double SLOWER_AT_MOST = 1.2;

    /**
     * A thread that waits decides nothing meanwhile, so no p99 shows it. Every wait for a store is longer than this: the slow line's round
     * trip takes 600 ms, a time-out a second.
     */
    private static final Duration WAITED = Duration.ofMillis(500);

    private static final int DRAWS = 400;

    /**
     * One instance's decisions. Immutable.
     *
     * @param before p99 before the outage, ns
     * @param during p99 while it lasted, ns
     * @param longest the longest batch while it lasted
     */
    record Change(long before, long during, Duration longest) {
        static Change of(Latencies before, Latencies during) {
            return new Change(before.p99(), during.p99(), Duration.ofNanos(during.longest() * Load.BATCH));
        }

        double ratio() {
            return (double) during / before;
        }

        private String cell() {
            return String.format(Locale.ROOT, "%d → %d (%.1f ms)", before, during, longest.toNanos() / 1e6);
        }
    }

    static Comparison of(Latencies before, Latencies during, Latencies controlBefore, Latencies controlDuring) {
        boolean enough = before.isEnough() && during.isEnough() && controlBefore.isEnough() && controlDuring.isEnough();
        double[] effects = enough ? draw(before, during, controlBefore, controlDuring) : new double[DRAWS];
        return new Comparison(
                enough,
                Change.of(before, during),
                Change.of(controlBefore, controlDuring),
                effects[DRAWS / 40],
                effects[DRAWS - 1 - DRAWS / 40]);
    }

    /** The effects with other moments of the same kind. Both instances keep the moments that they shared. */
    private static double[] draw(Latencies before, Latencies during, Latencies controlBefore, Latencies controlDuring) {
        Random random = new Random(42);
        double[] effects = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            int[] first = random.ints(before.blocks(), 0, before.blocks()).toArray();
            int[] then = random.ints(during.blocks(), 0, during.blocks()).toArray();
            double observed = (double) during.p99(then) / before.p99(first);
            double control = (double) controlDuring.p99(then) / controlBefore.p99(first);
            effects[i] = observed / control;
        }
        Arrays.sort(effects);
        return effects;
    }

    /** {@return how many times slower the outage made decisions} */
    double effect() {
        return observed.ratio() / control.ratio();
    }

    boolean isWithinGoal() {
        return isEnough && effect() <= SLOWER_AT_MOST && !hasWaited();
    }

    /** {@return whether it would be if all that changed were the outage's doing} */
    boolean isWithinGoalWithoutControl() {
        return isEnough && observed.ratio() <= SLOWER_AT_MOST && !hasWaited();
    }

    private boolean hasWaited() {
        return observed.longest().minus(control.longest()).compareTo(WAITED) > 0;
    }

    /** {@return three cells of the table} */
    String cells() {
        if (!isEnough) {
            return "**too short** | too short | —";
        }
        String observation = observed.cell();
        String effect = String.format(Locale.ROOT, "%.2f", effect());
        return String.format(
                Locale.ROOT,
                "%s | %s | %s (%.2f–%.2f)",
                hasWaited() ? "**" + observation + "**" : observation,
                control.cell(),
                effect() > SLOWER_AT_MOST ? "**" + effect + "**" : effect,
                low,
                high);
    }
}
