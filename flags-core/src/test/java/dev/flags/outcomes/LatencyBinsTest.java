package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

    @Property
    void whatIsLookedUpIsWhatTheRuleSays(@ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long nanos) {
        assertThat(LatencyBins.bin(nanos)).isEqualTo(LatencyBins.binByRule(nanos));
    }

    @Test
    void whatIsLookedUpIsWhatTheRuleSaysAtBothEndsOfEachBin() {
        for (int bin = 0; bin <= LatencyBins.LAST_BIN; bin++) {
            long end = Math.round(1_000 * Math.pow(LatencyBins.GAMMA, bin));
            for (long nanos = end - 2; nanos <= end + 2; nanos++) {
                assertThat(LatencyBins.bin(nanos)).as("%d ns", nanos).isEqualTo(LatencyBins.binByRule(nanos));
            }
        }
    }

    @Test
    void whatIsTakenIsNotTakenAgain() {
        LatencyBins bins = new LatencyBins();
        bins.count(346);
        bins.count(346);
        bins.count(LatencyBins.LAST_BIN);
        SortedMap<Integer, Long> taken = new TreeMap<>(Map.of(346, 1L));
        assertThat(bins.takeInto(taken)).isEqualTo(3);
        assertThat(taken).isEqualTo(Map.of(346, 3L, 1_101, 1L));
        assertThat(bins.takeInto(taken)).isZero();
    }
}
