package dev.flags.rollout.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LatencySketchTest {
    private static final double LN_GAMMA = Math.log(1.01 / 0.99);

    @Property(tries = 300)
    void aQuantileIsWithinOnePercentOfTheCallAtItsRank(
            @ForAll @Size(min = 1, max = 200) List<@LongRange(min = 2, max = 3_600_000_000L) Long> micros,
            @ForAll @DoubleRange(max = 1) double part) {
        double exact = micros.stream()
                .sorted()
                .skip((long) Math.floor(part * (micros.size() - 1)))
                .findFirst()
                .orElseThrow();
        double told =
                LatencySketch.of(bins(micros)).quantile(part).orElseThrow().toNanos() / 1e3;
        assertThat(Math.abs(told - exact)).isLessThanOrEqualTo(0.010_000_1 * exact + 0.001);
    }

    @Property(tries = 100)
    void mergingIsCountingTogether(
            @ForAll List<@LongRange(min = 2, max = 100_000) Long> one,
            @ForAll List<@LongRange(min = 2, max = 100_000) Long> other) {
        LatencySketch apart = LatencySketch.of(bins(one)).merge(LatencySketch.of(bins(other)));
        SortedMap<Integer, Long> together = bins(one);
        bins(other).forEach((bin, calls) -> together.merge(bin, calls, Long::sum));
        assertThat(apart.bins()).isEqualTo(together);
        assertThat(apart.calls()).isEqualTo(one.size() + other.size());
        assertThat(apart).isEqualTo(LatencySketch.of(bins(other)).merge(LatencySketch.of(bins(one))));
    }

    @Test
    void quantilesFollowTheCalls() {
        SortedMap<Integer, Long> bins = bins(List.of());
        bins.put(346, 95L); // 1,000 µs
        bins.put(691, 5L); // 1,000,000 µs
        LatencySketch sketch = LatencySketch.of(bins);
        assertThat(sketch.quantile(0.5)).contains(Duration.ofNanos(1_002_428));
        assertThat(sketch.quantile(0.95)).contains(Duration.ofNanos(1_002_428));
        assertThat(sketch.quantile(0.96)).contains(Duration.ofNanos(994_912_784));
    }

    @Test
    void noCallsHaveNoQuantile() {
        assertThat(LatencySketch.NONE.quantile(0.95)).isEqualTo(Optional.empty());
    }

    @Test
    void aQuantileOutsideIsRefused() {
        assertThatThrownBy(() -> LatencySketch.NONE.quantile(95)).hasMessageContaining("was 95.0");
    }

    private static SortedMap<Integer, Long> bins(List<Long> micros) {
        SortedMap<Integer, Long> bins = new TreeMap<>();
        micros.forEach(x -> bins.merge((int) Math.ceil(Math.log(x) / LN_GAMMA), 1L, Long::sum));
        return bins;
    }
}
