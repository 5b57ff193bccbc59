package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.model.InvalidFlagException;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Guard.Arm;
import dev.flags.rollout.Guard.Bad;
import dev.flags.rollout.Guard.Rate;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTextTest {
    @Test
    void aRateOfErrorsHasItsParts() {
        assertThat(Guard.parse("high: error-rate > 5% for 5m min 50 of control -> hold severity high"))
                .isEqualTo(new Rate(
                        "high",
                        new Bad.Failed(),
                        Arm.CONTROL,
                        0.05,
                        Duration.ofMinutes(5),
                        50,
                        Severity.HIGH,
                        Action.HOLD));
    }

    @Test
    void availabilityIsARateOfErrorsAndGoesOnToBeShownAsAvailability() {
        Guard guard = Guard.parse("availability < 99% for 5m");

        assertThat(guard)
                .isEqualTo(new Rate(
                        "availability",
                        new Bad.Failed(),
                        Arm.TREATMENT,
                        0.01,
                        Duration.ofMinutes(5),
                        100,
                        Severity.CRITICAL,
                        Action.ROLL_BACK));
        assertThat(guard.text()).isEqualTo("availability < 99% for 5m -> rollback");
    }

    @Test
    void aQuantileAboveABoundIsAShareOfSlowerCalls() {
        assertThat(Guard.parse("p95 > 3s for 10m"))
                .isEqualTo(Guard.parse("p95-3s: slower-than 3s > 5% for 10m"))
                .isEqualTo(new Rate(
                        "p95-3s",
                        new Bad.SlowerThan(Duration.ofSeconds(3)),
                        Arm.TREATMENT,
                        0.05,
                        Duration.ofMinutes(10),
                        100,
                        Severity.CRITICAL,
                        Action.ROLL_BACK));
        assertThat(AdvanceRule.parse("p99.9 < 250ms"))
                .isEqualTo(new AdvanceRule("p99.9-250ms", new Bad.SlowerThan(Duration.ofMillis(250)), 0.001, 100));
    }

    @Test
    void codesAreAListThatCommasDivide() {
        assertThat(Guard.parse("code A, B,C -> step-back"))
                .isEqualTo(new Guard.CriticalCodes(
                        "critical-codes", Set.of("A", "B", "C"), Severity.HIGH, Action.STEP_BACK));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "error-rate > 5%                                | error-rate > 5% for 1m -> rollback",
                "error-rate>5% for 300s->rollback               | error-rate > 5% for 5m -> rollback",
                "error-rate > 5% severity medium                | error-rate > 5% for 1m -> hold",
                "error-rate > 5% -> notify severity critical    | error-rate > 5% for 1m -> notify severity critical",
                "slower-than 3s > 5% for PT10M                  | p95 > 3s for 10m -> rollback",
                "slower-than 1500ms > 60%                       | slower-than 1s500ms > 60% for 1m -> rollback",
                "p99.5 > 1m30s of treatment                     | p99.5 > 1m30s for 1m -> rollback",
                "failures worse than control                    | failures worse than control -> rollback",
                "failures worse than control -> hold            | failures worse than control -> hold",
                "failures worse than control by 1.50x alpha 0.05 | failures worse than control by 1.5x alpha 0.05 -> rollback",
                "latency worse than control                     | latency worse than control -> hold",
                "latency worse than control alpha 0.01 -> hold  | latency worse than control alpha 0.01 -> hold",
                "sample-ratio                                   | sample-ratio -> hold",
                "sample-ratio alpha 0.01 -> rollback            | sample-ratio alpha 0.01 -> rollback",
                "survivors                                      | survivors < 80% for 1m -> rollback",
                "survivors < 50% for 30s                        | survivors < 50% for 30s -> rollback",
                "breakers > 20%                                 | breakers > 20% -> rollback",
                "measure orphaned_rows > 0                      | measure orphaned_rows > 0 -> rollback",
                "lag: measure replication.lag < -1.5 for 5m -> hold | lag: measure replication.lag < -1.5 for 5m -> hold",
                "code ORPHANED_ROWS                             | code ORPHANED_ROWS -> rollback",
                "name: breakers > 20%                           | name: breakers > 20% -> rollback",
                "availability: error-rate > 1%                  | availability < 99% for 1m -> rollback",
            })
    void whatIsReadIsWrittenInOneWay(String text, String written) {
        assertThat(Guard.parse(text).text()).isEqualTo(written);
        assertThat(Guard.parse(written)).isEqualTo(Guard.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "error-rate < 1%        | error-rate < 1%",
                "p95 < 10s min 20       | p95 < 10s min 20",
                "slower-than 10s < 5%   | p95 < 10s",
                "availability > 99%     | availability > 99%",
                "calm: error-rate < 1%  | calm: error-rate < 1%",
            })
    void soAreRulesForAdvancing(String text, String written) {
        assertThat(AdvanceRule.parse(text).text()).isEqualTo(written);
        assertThat(AdvanceRule.parse(written)).isEqualTo(AdvanceRule.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                   | 1  | what a guard looks at",
                "'   '                                | 4  | what a guard looks at",
                "name:                                | 6  | what a guard looks at",
                "errors > 5%                          | 1  | error-rate, availability",
                "error-rate < 5%                      | 12 | '>'",
                "error-rate                           | 11 | '>'",
                "error-rate > 5                       | 14 | a percentage such as 5%",
                "error-rate > five%                   | 14 | a percentage such as 5%",
                "error-rate > 5% for soon             | 21 | a duration such as",
                "error-rate > 5% for                  | 20 | a duration such as",
                "error-rate > 5% 5m                   | 17 | one of for, min, of, ->, severity",
                "error-rate > 5% for 5m for 6m        | 24 | nothing twice",
                "error-rate > 5% -> panic             | 20 | rollback, step-back, hold or notify",
                "error-rate > 5% severity bad         | 26 | critical, high, medium or low",
                "error-rate > 5% min few              | 21 | a whole number",
                "error-rate > 5% of nobody            | 20 | 'treatment'",
                "availability > 99%                   | 14 | '<'",
                "p95 > fast                           | 7  | a duration such as",
                "p100 > 3s                            | 1  | what a guard looks at",
                "failures better than control         | 10 | 'worse'",
                "failures worse than control by 2     | 32 | a factor such as 1.5x",
                "failures worse than control for 5m   | 29 | one of by, alpha, ->, severity",
                "sample-ratio alpha small             | 20 | a number such as 0.01",
                "code                                 | 5  | codes such as",
                "measure x = 3                        | 11 | '<'",
                "measure x > many                     | 13 | a number",
                "breakers > 20% for 5m                | 16 | one of ->, severity",
            })
    void whatIsNotUnderstoodIsSaidWithItsPlace(String text, int character, String expected) {
        assertThatThrownBy(() -> Guard.parse(text))
                .isInstanceOf(InvalidFlagException.class)
                .hasMessageContaining(expected)
                .hasMessageContaining("at character " + character + " of");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "error-rate > 1%",
                "p95 > 10s",
                "breakers < 1%",
                "error-rate < 1% for 5m",
                "availability < 99%"
            })
    void whatIsNoRuleForAdvancingIsRefused(String text) {
        assertThatThrownBy(() -> AdvanceRule.parse(text))
                .isInstanceOf(InvalidFlagException.class)
                .hasMessageContaining("at character");
    }
}
