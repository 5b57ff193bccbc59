package dev.flags.rollout.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.flags.model.Percentage;
import dev.flags.rollout.statistics.SampleRatio.Exposed;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected: {@code lnΓ(c) − lnΓ(c+n) + Σ[lnΓ(cρᵢ+xᵢ) − lnΓ(cρᵢ) − xᵢ·ln ρᵢ]}, c = 1000, with mpmath and 40 digits. */
class SampleRatioTest {
    @ParameterizedTest
    @CsvSource({
        "10, 100, 900, -0.3469948841449",
        "10, 150, 850, 6.042289905103",
        "50, 5000, 5000, -1.199174909085",
        "50, 5400, 4600, 27.92008527959",
        "0.1, 40, 9960, 22.04928769942",
        "10, 100000, 900000, -3.455219137721",
        "10, 101000, 899000, 2.07402616342",
        "100, 5, 0, 0",
        "0, 0, 5, 0"
    })
    void oneStratumSupportsAsMuchAsTheFormulaSays(BigDecimal percent, long treatment, long control, double expected) {
        assertThat(SampleRatio.NONE
                        .add(Percentage.of(percent), treatment, control)
                        .logE())
                .isCloseTo(expected, offset(1e-8));
    }

    @Test
    void percentagesAreMultiplied() {
        SampleRatio climbed = SampleRatio.NONE
                .add(Percentage.of(10), 100, 800)
                .add(Percentage.of(50), 520, 480)
                .add(Percentage.of(10), 30, 70);
        assertThat(climbed.strata())
                .isEqualTo(Map.of(Percentage.of(10), new Exposed(130, 870), Percentage.of(50), new Exposed(520, 480)));
        assertThat(climbed.logE()).isCloseTo(2.041649654488, offset(1e-8));
        assertThat(SampleRatio.of(climbed.strata()).logE()).isEqualTo(climbed.logE());
    }

    @Test
    void aHundredClimbsWithARightSplitFindNothing() {
        Random random = new Random(7);
        int fired = 0;
        for (int run = 0; run < 100; run++) {
            fired += climb(random, 0.1, 0.5) ? 1 : 0;
        }
        assertThat(fired).isZero();
    }

    @Test
    void aSplitThatLosesATenthOfTheTreatmentIsFound() {
        Random random = new Random(8);
        for (int run = 0; run < 20; run++) {
            assertThat(climb(random, 0.09 / 0.99, 0.45 / 0.95)).isTrue();
        }
    }

    /** 20,000 users at 10 % and 50 %, which instances serve in turns; whether it fires at one of 400 looks. */
    private static boolean climb(Random random, double atTen, double atFifty) {
        SampleRatio ratio = SampleRatio.NONE;
        boolean fired = false;
        for (int look = 0; look < 400; look++) {
            double share = look % 2 == 0 ? atTen : atFifty;
            int treated = 0;
            for (int user = 0; user < 50; user++) {
                treated += random.nextDouble() < share ? 1 : 0;
            }
            ratio = ratio.add(Percentage.of(look % 2 == 0 ? 10 : 50), treated, 50 - treated);
            fired |= ratio.fires(0.001);
        }
        return fired;
    }

    @Property(tries = 300)
    void evidenceIsAlwaysANumber(
            @ForAll @IntRange(max = Percentage.BUCKETS) int buckets,
            @ForAll @IntRange(max = 5_000_000) int treatment,
            @ForAll @IntRange(max = 5_000_000) int control) {
        assertThat(SampleRatio.NONE
                        .add(new Percentage(buckets), treatment, control)
                        .logE())
                .isFinite();
    }
}
