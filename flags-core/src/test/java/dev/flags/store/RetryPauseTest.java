package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetryPauseTest {
    private final RetryPause retry = new RetryPause();

    @Test
    void pausesBeginShortAndAreNeverLongerThanWhatARecoveryMayTake() {
        assertThat(retry.failed(new StoreUnavailableException("down")))
                .isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        for (int i = 0; i < 1000; i++) {
            assertThat(retry.failed(new StoreUnavailableException("down"))).isLessThanOrEqualTo(RetryPause.LONGEST);
        }
        assertThat(retry.failures()).isEqualTo(1001);

        retry.succeeded();
        assertThat(retry.failed(new StoreUnavailableException("down"))).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void pausesOfAFleetDiffer() {
        for (int i = 0; i < 10; i++) {
            retry.failed(new StoreUnavailableException("down"));
        }

        long distinct = Stream.generate(() -> retry.failed(new StoreUnavailableException("down")))
                .limit(50)
                .distinct()
                .count();
        assertThat(distinct).isGreaterThan(10);
    }

    @Test
    void whoIsRefusedAsksLessOften() {
        assertThat(retry.failed(new NotPermittedException("no")))
                .isBetween(RetryPause.REFUSED.dividedBy(2), RetryPause.REFUSED);
    }
}
