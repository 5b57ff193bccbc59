package dev.flags.rollout.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected: {@code (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)}, z = 1.2816, with mpmath and 40 digits. */
class WilsonTest {
    @ParameterizedTest
    @CsvSource({
        "0, 100, 0, 0.0161595649779",
        "5, 100, 0.0286281579401, 0.08591545054",
        "100, 100, 0.983840435022, 1",
        "1, 1, 0.378429723723, 1",
        "70, 1000, 0.0603490307582, 0.0810612016986",
        "51234, 1000000, 0.0509521760382, 0.0515172981544"
    })
    void boundsAreThoseOfTheFormula(long failures, long n, double lower, double upper) {
        assertThat(Wilson.lower(failures, n)).isCloseTo(lower, offset(1e-11));
        assertThat(Wilson.upper(failures, n)).isCloseTo(upper, offset(1e-11));
    }

    @Test
    void ofNoCallsNothingIsKnown() {
        assertThat(Wilson.lower(0, 0)).isZero();
        assertThat(Wilson.upper(0, 0)).isEqualTo(1);
    }

    @Property
    void boundsEncloseTheRateAndRiseWithFailures(
            @ForAll @IntRange(min = 1, max = 1_000_000) int n, @ForAll @IntRange(max = 1_000_000) int some) {
        int failures = some % (n + 1);
        double rate = (double) failures / n;
        assertThat(Wilson.lower(failures, n)).isBetween(0.0, rate);
        assertThat(Wilson.upper(failures, n)).isBetween(rate, 1.0);
        if (failures < n) {
            assertThat(Wilson.lower(failures + 1, n)).isGreaterThan(Wilson.lower(failures, n));
        }
    }
}
