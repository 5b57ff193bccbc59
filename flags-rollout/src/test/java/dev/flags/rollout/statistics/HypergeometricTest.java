package dev.flags.rollout.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.flags.rollout.statistics.RateRatio.Factor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected: {@code eT·ln ω − ln Σ_y C(nT,y)·C(nC,K−y)·ω^y / C(nT+nC,K)} over the whole support, with mpmath and 30 digits. */
class HypergeometricTest {
    @ParameterizedTest
    @CsvSource({
        "4, 4, 3, 2, 1.25, 0.1213608570042674",
        "4, 4, 3, 2, 3, 0.4795730802618863",
        "4, 4, 3, 2, 30, 0.8038127484474648",
        "20, 20, 80, 0, 1.25, 3.504202218718826",
        "20, 20, 80, 0, 30, 36.6577511799442",
        "100000, 10200, 900000, 90000, 1.25, -171.5908930230498",
        "100000, 10200, 900000, 90000, 3, -5885.359672455765",
        "100000, 10200, 900000, 90000, 30, -75443.52342190186",
        "500000, 60000, 500000, 59500, 1.25, -598.1880882004693",
        "500000, 60000, 500000, 59500, 30, -116472.0322693342",
        "950000, 57000, 50000, 2900, 3, -1113.651978559795"
    })
    void isTheSumOverTheWholeSupport(long nT, long eT, long nC, long eC, double omega, double expected) {
        assertThat(Hypergeometric.logLikelihood(new Factor(nT, eT, nC, eC), omega))
                .isCloseTo(expected, offset(1e-8));
    }

    @Test
    void theMixtureOverTheGridIsTheReferenceValue() {
        double mixture = Arrays.stream(RateRatio.ratiosAbove(1))
                .map(omega -> Math.exp(Hypergeometric.logLikelihood(new Factor(100, 7, 900, 18), omega)))
                .average()
                .orElseThrow();
        assertThat(Math.log(mixture)).isCloseTo(2.272635909, offset(1e-8));
    }

    @Test
    void whereEverybodyFailedNothingIsTold() {
        assertThat(Hypergeometric.logLikelihood(new Factor(3, 3, 2, 2), 30)).isCloseTo(0, offset(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "0.01, 4.5994798780420217225",
        "0.5, 0.57236494292470008707",
        "1, 0",
        "2.5, 0.28468287047291915963",
        "10, 12.801827480081469611",
        "100, 359.13420536957539878",
        "1234.5, 7550.5509010778948957",
        "1000000.25, 12815508.023025157401"
    })
    void theLogarithmOfGammaIsPrecise(double x, double expected) {
        assertThat(LogGamma.of(x)).isCloseTo(expected, offset(1e-14 + 4e-15 * expected));
    }
}
