package dev.flags.rollout.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.flags.model.Percentage;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected: {@code (ln(1/α) + ln G) / (λ·[q·ln(r/m) − ln((1+ρ(r−1))/(1+ρ(m−1)))])}, the least over the grid, with mpmath. */
class DetectionTimeTest {
    @ParameterizedTest
    @CsvSource({
        "10, 100, 0.02, 0.07, 0.01, 1, 20.9149537829",
        "50, 100, 0.02, 0.07, 0.01, 1, 9.02376654741",
        "5, 10, 0.02, 0.04, 0.05, 1, 1366.22337332",
        "10, 100, 0.02, 0.07, 0.01, 2, 90.3729053998",
        // the formula alone says 61.3 s, in which three users fail
        "1, 10, 0.02, 0.5, 0.01, 1, 100"
    })
    void isTheFormulasForTheBestRatio(
            int percent,
            double usersPerSecond,
            double control,
            double treatment,
            double alpha,
            double margin,
            double s) {
        Duration told = DetectionTime.of(Percentage.of(percent), usersPerSecond, control, treatment, alpha, margin)
                .orElseThrow();
        assertThat(told.toNanos() / 1e9).isCloseTo(s, offset(1e-6));
    }

    @ParameterizedTest
    @CsvSource({
        "10, 100, 0.02, 0.02, 1", // as good
        "10, 100, 0.07, 0.02, 1", // better
        "50, 100, 0.02, 0.021, 1", // worse, and by less than any ratio of the grid gains from
        "10, 100, 0.02, 0.03, 1.5", // within the margin
        "0, 100, 0.02, 0.07, 1", // nobody to compare
        "100, 100, 0.02, 0.07, 1", // nobody to compare with
        "10, 0, 0.02, 0.07, 1", // nobody comes
        "10, 100, 0, 0, 1",
        "10, 1e-9, 0.02, 0.07, 1" // not in a hundred years
    })
    void isEmptyWhenItIsNeverSeen(int percent, double usersPerSecond, double control, double treatment, double margin) {
        assertThat(DetectionTime.of(Percentage.of(percent), usersPerSecond, control, treatment, 0.01, margin))
                .isEmpty();
    }

    @Test
    void aRateIsBetweenNoneAndAll() {
        assertThatThrownBy(() -> DetectionTime.of(Percentage.of(10), 1, 0.02, 1.5, 0.01, 1))
                .hasMessageContaining("was 1.5");
    }
}
