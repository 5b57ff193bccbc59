package dev.flags.rollout.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.flags.model.Percentage;
import dev.flags.rollout.statistics.RateRatio.Factor;
import dev.flags.rollout.statistics.RateRatio.Form;
import dev.flags.rollout.statistics.RateRatio.State;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected values were computed apart from this code, with mpmath and 40 digits. */
class RateRatioTest {
    private static final Offset<Double> PRECISE = offset(1e-8);

    private static final List<Factor> CLIMB = List.of(
            new Factor(100, 2, 900, 18),
            new Factor(100, 1, 900, 20),
            new Factor(100, 7, 900, 17),
            new Factor(500, 34, 500, 11),
            new Factor(500, 36, 500, 9));

    @ParameterizedTest
    @CsvSource({
        "100, 7, 900, 18, 2.161562233",
        "1000, 20, 9000, 180, -2.145220048",
        "1000, 70, 9000, 180, 29.438001140",
        "500, 35, 500, 10, 6.040366317"
    })
    void oneFactorSupportsAsMuchAsTheFormulaSays(long nT, long eT, long nC, long eC, double expected) {
        assertThat(RateRatio.of(Form.STATIC, 1).add(new Factor(nT, eT, nC, eC)).logE())
                .isCloseTo(expected, PRECISE);
    }

    @Test
    void theStaticFormFollowsAClimb() {
        assertThat(evidence(RateRatio.of(Form.STATIC, 1), CLIMB))
                .usingElementComparator(RateRatioTest::precisely)
                .containsExactly(-0.967198154, -1.651478019, -0.028664154, 4.671724505, 12.063737708);
    }

    @Test
    void theChangePointFormFollowsAClimb() {
        assertThat(evidence(RateRatio.of(Form.CHANGE_POINT, 1), CLIMB))
                .usingElementComparator(RateRatioTest::precisely)
                .containsExactly(-0.370957412, -0.906771191, 0.646066226, 5.907730874, 14.022084414);
    }

    @Test
    void aMarginLeavesTheGridAboveIt() {
        assertThat(evidence(RateRatio.of(Form.CHANGE_POINT, 1.5), CLIMB))
                .usingElementComparator(RateRatioTest::precisely)
                .containsExactly(-0.508572743257, -1.13903772431, -0.552194568305, 1.13014300481, 4.62546847073);
        assertThat(evidence(RateRatio.of(Form.STATIC, 1.5), CLIMB).get(4)).isCloseTo(3.209001444699, PRECISE);
        assertThat(RateRatio.ratiosAbove(2)).containsExactly(3, 5, 10, 30);
    }

    @Test
    void manyFailuresAreJudgedByTheExactForm() {
        // 9 % and 10.2 % pooled; the binomial form would say 2.62 and 10.74
        List<Factor> hot = List.of(new Factor(200, 30, 800, 60), new Factor(200, 40, 800, 62));
        assertThat(evidence(RateRatio.of(Form.STATIC, 1), hot))
                .usingElementComparator(RateRatioTest::precisely)
                .containsExactly(3.48417844654, 13.679492543);
        assertThat(evidence(RateRatio.of(Form.CHANGE_POINT, 1), hot))
                .usingElementComparator(RateRatioTest::precisely)
                .containsExactly(2.82124902822, 12.9944606068);
    }

    @Test
    void theExactFormIsForMoreThanFivePercentAndNoMargin() {
        // ln of the mean of exp(eT·ln r − K·ln(1 + ρ(r−1))): the binomial form
        assertThat(RateRatio.of(Form.STATIC, 1).add(new Factor(100, 10, 100, 0)).logE())
                .isCloseTo(binomial(new Factor(100, 10, 100, 0), 1), PRECISE);
        assertThat(RateRatio.of(Form.STATIC, 1).add(new Factor(100, 11, 100, 0)).logE())
                .isGreaterThan(binomial(new Factor(100, 11, 100, 0), 1) + 0.1);
        assertThat(RateRatio.of(Form.STATIC, 1.25)
                        .add(new Factor(100, 50, 100, 20))
                        .logE())
                .isCloseTo(binomial(new Factor(100, 50, 100, 20), 1.25), PRECISE);
    }

    @ParameterizedTest
    @EnumSource
    void whatTellsNothingChangesNothing(Form form) {
        RateRatio climbed = CLIMB.stream().reduce(RateRatio.of(form, 1), RateRatio::add, (a, b) -> b);
        assertThat(RateRatio.of(form, 1).add(new Factor(100, 0, 900, 0)).logE()).isZero();
        assertThat(climbed.add(new Factor(100, 0, 900, 0)).state()).isEqualTo(climbed.state());
        assertThat(climbed.add(new Factor(500, 40, 0, 0)).state()).isEqualTo(climbed.state());
        assertThat(climbed.add(new Factor(0, 0, 500, 40)).state()).isEqualTo(climbed.state());
    }

    @Test
    void fewerThanFiveFailedUsersAreNeverEnough() {
        RateRatio four = RateRatio.of(Form.CHANGE_POINT, 1).add(new Factor(1_000, 4, 1_000_000, 0));
        assertThat(four.logE()).isGreaterThan(10);
        assertThat(four.fires(0.01)).isFalse();
        assertThat(four.add(new Factor(1_000, 1, 1_000_000, 0)).fires(0.01)).isTrue();
    }

    @Test
    void firesFromTheBoundOn() {
        RateRatio climbed = CLIMB.stream().reduce(RateRatio.of(Form.STATIC, 1), RateRatio::add, (a, b) -> b);
        assertThat(climbed.fires(Math.exp(-12.06))).isTrue();
        assertThat(climbed.fires(Math.exp(-12.07))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"CHANGE_POINT, 0, 3", "CHANGE_POINT, 8640, 8", "STATIC, 8640, 442"})
    void aHealthyDayHardlyHidesAFaultThatFollowsItFromTheChangePointForm(Form form, int healthy, int expected) {
        RateRatio ratio = RateRatio.of(form, 1);
        for (int window = 0; window < healthy; window++) {
            ratio = ratio.add(new Factor(100, 2, 900, 18));
        }
        int windows = 0;
        while (!ratio.fires(0.01)) {
            ratio = ratio.add(new Factor(100, 7, 900, 18));
            windows++;
        }
        assertThat(windows).isEqualTo(expected);
    }

    @Test
    void whoFailedIsAUser() {
        assertThat(new Factor(0, 3, 5, 9)).isEqualTo(new Factor(3, 3, 9, 9));
    }

    @Test
    void theTreatmentsShareIsAtLeastThatOfThePercentage() {
        assertThat(new Factor(90, 9, 910, 20).atLeast(Percentage.of(10))).isEqualTo(new Factor(100, 9, 900, 20));
        assertThat(new Factor(90, 9, 915, 20).atLeast(Percentage.of(10))).isEqualTo(new Factor(101, 9, 904, 20));
        assertThat(new Factor(110, 9, 890, 20).atLeast(Percentage.of(10))).isEqualTo(new Factor(110, 9, 890, 20));
        assertThat(new Factor(8, 1, 4, 3).atLeast(Percentage.of(90))).isEqualTo(new Factor(11, 1, 3, 3));
        assertThat(new Factor(0, 0, 100, 3).atLeast(Percentage.of(10))).isEqualTo(new Factor(0, 0, 100, 3));
        assertThat(new Factor(100, 3, 0, 0).atLeast(Percentage.of(10))).isEqualTo(new Factor(100, 3, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.99, 30, Double.NaN})
    void aMarginOutsideTheGridIsRefused(double margin) {
        assertThatThrownBy(() -> RateRatio.of(Form.STATIC, margin)).hasMessageContaining("was " + margin);
    }

    @Test
    void aStateThatIsNoneIsRefused() {
        List<State> wrong = List.of(
                new State(1, 0, List.of(1.0)),
                new State(0, 0, List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)),
                new State(1, 0, List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, Double.NaN)),
                new State(-1, 0, List.of()),
                new State(0, -1, List.of()));
        for (State state : wrong) {
            assertThatThrownBy(() -> RateRatio.restore(Form.STATIC, 1, state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("was " + state);
        }
    }

    private static double binomial(Factor factor, double margin) {
        double rho = (double) factor.usersTreatment() / (factor.usersTreatment() + factor.usersControl());
        double[] ratios = RateRatio.ratiosAbove(margin);
        double sum = 0;
        for (double r : ratios) {
            sum += Math.pow(r / margin, (double) factor.failedTreatment())
                    * Math.pow((1 + rho * (r - 1)) / (1 + rho * (margin - 1)), -(double)
                            (factor.failedTreatment() + factor.failedControl()));
        }
        return Math.log(sum / ratios.length);
    }

    private static List<Double> evidence(RateRatio from, List<Factor> factors) {
        List<Double> evidence = new ArrayList<>();
        RateRatio ratio = from;
        for (Factor factor : factors) {
            ratio = ratio.add(factor);
            evidence.add(ratio.logE());
        }
        return evidence;
    }

    private static int precisely(double a, double b) {
        return Math.abs(a - b) <= 1e-8 ? 0 : Double.compare(a, b);
    }
}
