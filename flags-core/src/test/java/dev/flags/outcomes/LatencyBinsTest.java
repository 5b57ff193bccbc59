package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LatencyBinsTest {
    @Property
    void theMiddleOfABinIsWithinOnePercentOfWhatIsInIt(
            @ForAll @LongRange(min = 1_001, max = 3_600_000_000_000L) long nanos) {
        double middle = LatencyBins.middle(LatencyBins.bin(nanos)).toNanos();
        // half a nanosecond is lost where it is rounded
        assertThat(Math.abs(middle - nanos)).isLessThanOrEqualTo(0.010_000_1 * nanos + 0.5);
    }

    @Test
    void binsAreFixedForEver() {
        assertThat(LatencyBins.bin(-5)).isZero();
        assertThat(LatencyBins.bin(0)).isZero();
        assertThat(LatencyBins.bin(1_000)).isZero();
        assertThat(LatencyBins.bin(1_001)).isEqualTo(1);
        assertThat(LatencyBins.bin(1_000_000)).isEqualTo(346);
        assertThat(LatencyBins.bin(1_000_000_000)).isEqualTo(691);
        assertThat(LatencyBins.bin(3_600_000_000_000L)).isEqualTo(1_101);
        assertThat(LatencyBins.bin(Long.MAX_VALUE)).isEqualTo(1_101);
    }

    @Test
    void whatIsTakenIsNotTakenAgain() {
        LatencyBins bins = new LatencyBins();
        bins.count(1_000_000);
        bins.count(1_000_000);
        bins.count(Long.MAX_VALUE);
        assertThat(bins.take()).isEqualTo(Map.of(346, 2L, 1_101, 1L));
        assertThat(bins.take()).isEmpty();
    }
}
