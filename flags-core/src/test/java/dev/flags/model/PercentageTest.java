package dev.flags.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentageTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.001, 1",
        "0.000, 0",
        "0e5, 0",
        "0e-9, 0",
        "1, 1000",
        "12.5, 12500",
        "12.5000000, 12500",
        "33.333, 33333",
        "99.999, 99999",
        "100, 100000",
        "1e2, 100000",
        "100.000, 100000",
        "5e-3, 5",
        "+7, 7000",
        "-0, 0"
    })
    void isAWholeNumberOfBuckets(String percent, int buckets) {
        assertThat(Percentage.of(new BigDecimal(percent)).buckets()).isEqualTo(buckets);
        assertThat(Percentage.parse(percent + "%")).isEqualTo(new Percentage(buckets));
        assertThat(Percentage.parse(" " + percent + " % ")).isEqualTo(new Percentage(buckets));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-0.001",
                "-1",
                "100.001",
                "101",
                "0.0001",
                "12.3456",
                "1e3",
                "1e999999999",
                "1e-999999999",
                "-1e999999999",
                "",
                "%",
                "ten",
                "10%%",
                "1 0",
                "1,5",
                "NaN",
                "Infinity",
                "0x10",
                "１０x",
                "1e99999999999999999999",
                "1000000000000000000000000000000000000000",
                "10;",
                "--1"
            })
    void refusesAnythingElse(String text) {
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> Percentage.parse(text))
                .withMessageStartingWith("percentage: ");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> Percentage.parse("12.3456%"))
                .withMessage("percentage: has more than three decimals (the smallest step is 0.001 %): 12.3456");
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> Percentage.of(101))
                .withMessage("percentage: must lie between 0 and 100, was 101");
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> new Percentage(100_001))
                .withMessageStartingWith("percentage: must lie between 0 and 100, was 100.001");
    }

    @Test
    void isShownWithoutTrailingZeros() {
        assertThat(Percentage.of(10)).hasToString("10%");
        assertThat(new Percentage(12_500)).hasToString("12.5%");
        assertThat(new Percentage(1)).hasToString("0.001%");
        assertThat(Percentage.FULL).hasToString("100%");
        assertThat(Percentage.ZERO).hasToString("0%");
        assertThat(Percentage.FULL.toBigDecimal()).isEqualTo(new BigDecimal("100"));
    }

    @Property
    void readsBackWhatItShows(@ForAll @IntRange(max = Percentage.BUCKETS) int buckets) {
        Percentage percentage = new Percentage(buckets);

        assertThat(Percentage.parse(percentage.toString())).isEqualTo(percentage);
        assertThat(Percentage.of(percentage.toBigDecimal())).isEqualTo(percentage);
    }

    @Test
    void isOrderedByShare() {
        assertThat(Percentage.of(10)).isGreaterThan(new Percentage(9_999)).isLessThan(Percentage.FULL);
        assertThat(Percentage.ZERO.isZero() && Percentage.FULL.isFull()).isTrue();
        assertThat(Percentage.of(1).isZero() || Percentage.of(99).isFull()).isFalse();
    }
}
