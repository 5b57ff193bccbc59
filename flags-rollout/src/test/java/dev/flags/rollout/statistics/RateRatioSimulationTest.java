package dev.flags.rollout.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.rollout.statistics.RateRatio.Factor;
import dev.flags.rollout.statistics.RateRatio.Form;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole runs of counts. Seeded: the same every time. {@code dev.flags.benchmarks.rollout.FalseAlarms} does it at length, from single calls on.
 */
class RateRatioSimulationTest {
    private static final int RUNS = 600;
    private static final int LOOKS = 100;
    private static final double ALPHA = 0.01;

    @ParameterizedTest
    @CsvSource({"0.1, 0.10", "0.5, 0.05"})
    void aHundredLooksAtNothingHardlyEverFireWhereAZTestDoes(double share, double naive) {
        int fired = 0;
        int naiveFired = 0;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            RateRatio ratio = RateRatio.of(Form.CHANGE_POINT, 1);
            boolean fires = false;
            boolean naiveFires = false;
            long[] sum = new long[4];
            for (int look = 0; look < LOOKS; look++) {
                Factor factor = factor(random, 200, share, 0.02, 0.02);
                ratio = ratio.add(factor);
                fires |= ratio.fires(ALPHA);
                naiveFires |= z(sum, factor) > 2.3263;
            }
            fired += fires ? 1 : 0;
            naiveFired += naiveFires ? 1 : 0;
        }
        assertThat(fired).isLessThanOrEqualTo((int) (RUNS * ALPHA));
        assertThat(naiveFired).isGreaterThan((int) (RUNS * naive));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5})
    void aFaultIsFoundWithinThreeWindows(double share) {
        int[] windows = IntStream.range(0, RUNS)
                .map(run -> windowsUntilFound(new SplittableRandom(run), share))
                .sorted()
                .toArray();
        assertThat(windows[RUNS / 2]).isLessThanOrEqualTo(3);
        assertThat(windows[RUNS - 1]).isLessThanOrEqualTo(12);
    }

    @ParameterizedTest
    @EnumSource
    void aTreatmentWithinTheMarginIsLeftAlone(Form form) {
        int fired = 0;
        int firedWithout = 0;
        for (int run = 0; run < RUNS / 2; run++) {
            SplittableRandom random = new SplittableRandom(run);
            RateRatio with = RateRatio.of(form, 1.5);
            RateRatio without = RateRatio.of(form, 1);
            for (int look = 0; look < LOOKS; look++) {
                Factor factor = factor(random, 2_000, 0.5, 0.03, 0.02);
                with = with.add(factor);
                without = without.add(factor);
                fired += with.fires(ALPHA) ? 1 : 0;
            }
            firedWithout += without.fires(ALPHA) ? 1 : 0;
        }
        assertThat(fired).isLessThanOrEqualTo((int) (RUNS / 2 * ALPHA));
        assertThat(firedWithout).isEqualTo(RUNS / 2);
    }

    /** Half of the instances at 10 %, half at 50 %, and what the latter stand on breaks for ten windows: three in ten calls fail, on both paths. */
    @Test
    void anIncidentOfBothArmsIsNoneOfTheTreatmentUnlessPercentagesArePooled() {
        int fired = 0;
        int pooledFired = 0;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            RateRatio ratio = RateRatio.of(Form.CHANGE_POINT, 1);
            RateRatio pooled = RateRatio.of(Form.CHANGE_POINT, 1);
            boolean fires = false;
            for (int look = 0; look < LOOKS; look++) {
                double rate = look >= 40 && look < 50 ? 0.3 : 0.02;
                Factor low = factor(random, 200, 0.1, 0.02, 0.02);
                Factor high = factor(random, 200, 0.5, rate, rate);
                ratio = ratio.add(low).add(high);
                pooled = pooled.add(new Factor(
                        low.usersTreatment() + high.usersTreatment(),
                        low.failedTreatment() + high.failedTreatment(),
                        low.usersControl() + high.usersControl(),
                        low.failedControl() + high.failedControl()));
                fires |= ratio.fires(ALPHA);
            }
            fired += fires ? 1 : 0;
            pooledFired += pooled.logE() > Math.log(1 / ALPHA) ? 1 : 0;
        }
        assertThat(fired).isLessThanOrEqualTo((int) (RUNS * ALPHA));
        assertThat(pooledFired).isGreaterThan(RUNS * 9 / 10);
    }

    private static int windowsUntilFound(SplittableRandom random, double share) {
        RateRatio ratio = RateRatio.of(Form.CHANGE_POINT, 1);
        int windows = 0;
        while (!ratio.fires(ALPHA)) {
            ratio = ratio.add(factor(random, 1_000, share, 0.07, 0.02));
            windows++;
        }
        return windows;
    }

    private static Factor factor(SplittableRandom random, int users, double share, double treatment, double control) {
        long[] counts = new long[4];
        for (int user = 0; user < users; user++) {
            int arm = random.nextDouble() < share ? 0 : 2;
            counts[arm]++;
            counts[arm + 1] += random.nextDouble() < (arm == 0 ? treatment : control) ? 1 : 0;
        }
        return new Factor(counts[0], counts[1], counts[2], counts[3]);
    }

    /** Two proportions with pooled variance, of all that was counted so far. */
    private static double z(long[] sum, Factor factor) {
        long[] more = {factor.usersTreatment(), factor.failedTreatment(), factor.usersControl(), factor.failedControl()
        };
        Arrays.setAll(sum, i -> sum[i] + more[i]);
        double rate = (double) (sum[1] + sum[3]) / (sum[0] + sum[2]);
        double spread = Math.sqrt(rate * (1 - rate) * (1.0 / sum[0] + 1.0 / sum[2]));
        return spread > 0 ? ((double) sum[1] / sum[0] - (double) sum[3] / sum[2]) / spread : 0;
    }
}
