package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.Stage;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutPlanTest {
    @Test
    void stagesAreParsedWithTheirBakes() {
        assertThat(RolloutPlan.manual("10:15m, 50:1h,100").stages())
                .containsExactly(
                        new Stage(Percentage.of(10), Duration.ofMinutes(15)),
                        new Stage(Percentage.of(50), Duration.ofHours(1)),
                        new Stage(Percentage.FULL, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10,10 | stages/2", "50,10,100 | stages/2", "0,10 | stages/1", "10,101 | stages/2", "10:15 | stages/1",
                "10:m | stages/1", "10: | stages/1", "10:-1m | stages/1", "ten | stages/1", "10, | stages/2"
            })
    void whatIsWrongIsSaidWithItsStage(String text, String path) {
        assertThatThrownBy(() -> RolloutPlan.manual(text))
                .isInstanceOfSatisfying(
                        InvalidFlagException.class,
                        e -> assertThat(e.problems().get(0).path()).isEqualTo(path));
    }
}
