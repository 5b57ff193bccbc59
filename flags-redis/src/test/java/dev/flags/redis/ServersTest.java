package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServersTest {
    @ParameterizedTest
    @CsvSource({"PT2S, PT0.5S", "PT0.3S, PT0.3S", "PT0.5S, PT0.5S", "PT1.9S, PT0.5S", "PT4S, PT1S", "PT2M, PT30S"})
    void whoIsAskedForTheMasterHasHalfASecondOrAQuarterOfALongTimeOutAndNeverMoreThanAll(
            Duration timeout, Duration expected) {
        assertThat(Servers.discovery(timeout)).isEqualTo(expected);
    }
}
