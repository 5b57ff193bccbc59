package dev.flags.benchmarks.rollout;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Many runs of a scenario. The same seeds give the same runs. */
final class Simulation {
    private static final double ALPHA = 0.01;

    private Simulation() {}

    /**
     * After which window each run was rolled back, ascending; {@link Integer#MAX_VALUE} where it never was.
     */
    static int[] windows(Scenario scenario, Judging judging, int runs) {
        return IntStream.range(0, runs)
                .parallel()
                .map(run -> {
                    OptionalInt window = scenario.run(Fleet.mix(42, run), judging.judge(ALPHA));
                    return window.orElse(Integer.MAX_VALUE);
                })
                .sorted()
                .toArray();
    }

    /** The part of runs that were rolled back, 0 to 1. */
    static double rolledBack(Scenario scenario, Judging judging, int runs) {
        return Arrays.stream(windows(scenario, judging, runs))
                        .filter(window -> window < Integer.MAX_VALUE)
                        .count()
                / (double) runs;
    }
}
