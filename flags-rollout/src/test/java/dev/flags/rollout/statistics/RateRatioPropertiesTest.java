package dev.flags.rollout.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.flags.model.Percentage;
import dev.flags.rollout.statistics.RateRatio.Factor;
import dev.flags.rollout.statistics.RateRatio.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class RateRatioPropertiesTest {
    @Property(tries = 300)
    void stoppingAndGoingOnFromTheStoredStateIsAsIfItHadNeverStopped(
            @ForAll("factors") List<Factor> factors,
            @ForAll Form form,
            @ForAll("margins") double margin,
            @ForAll @IntRange(max = 20) int stop) {
        RateRatio uninterrupted = RateRatio.of(form, margin);
        RateRatio restored = RateRatio.of(form, margin);
        for (int i = 0; i < factors.size(); i++) {
            if (i == stop) {
                restored = RateRatio.restore(form, margin, restored.state());
            }
            uninterrupted = uninterrupted.add(factors.get(i));
            restored = restored.add(factors.get(i));
            assertThat(restored.logE()).isEqualTo(uninterrupted.logE());
        }
        assertThat(restored.state()).isEqualTo(uninterrupted.state());
    }

    @Property(tries = 300)
    void evidenceIsAlwaysANumber(
            @ForAll("factors") List<Factor> factors, @ForAll Form form, @ForAll("margins") double margin) {
        RateRatio ratio = RateRatio.of(form, margin);
        for (Factor factor : factors) {
            ratio = ratio.add(factor);
            assertThat(ratio.logE()).isFinite();
            assertThat(ratio.state().logSums()).allMatch(Double::isFinite);
        }
    }

    @Property(tries = 200)
    void toTheStaticFormTheOrderOfFactorsIsNothing(
            @ForAll("factors") List<Factor> factors, @ForAll("margins") double margin, @ForAll Random random) {
        List<Factor> shuffled = new ArrayList<>(factors);
        Collections.shuffle(shuffled, random);
        double inOrder = all(Form.STATIC, margin, factors).logE();
        assertThat(all(Form.STATIC, margin, shuffled).logE())
                .isCloseTo(inOrder, offset(1e-9 * Math.abs(inOrder) + 1e-9));
    }

    @Property(tries = 300)
    void aFailureMoreInTheTreatmentAndOneLessInTheControlNeverSupportsLess(
            @ForAll("factors") List<Factor> factors,
            @ForAll Form form,
            @ForAll("margins") double margin,
            @ForAll @IntRange(max = 20) int which) {
        Factor found = factors.get(which % factors.size());
        if (found.failedControl() == 0 || found.failedTreatment() == found.usersTreatment()) {
            return;
        }
        List<Factor> worse = new ArrayList<>(factors);
        worse.set(
                which % factors.size(),
                new Factor(
                        found.usersTreatment(),
                        found.failedTreatment() + 1,
                        found.usersControl(),
                        found.failedControl() - 1));
        double before = all(form, margin, factors).logE();
        assertThat(all(form, margin, worse).logE()).isGreaterThanOrEqualTo(before - 1e-9 * Math.abs(before));
    }

    @Property(tries = 300)
    void aLargerShareOfTheTreatmentNeverSupportsMore(
            @ForAll("factors") List<Factor> factors,
            @ForAll Form form,
            @ForAll("margins") double margin,
            @ForAll @IntRange(max = Percentage.BUCKETS) int buckets) {
        List<Factor> larger = factors.stream()
                .map(factor -> factor.atLeast(new Percentage(buckets)))
                .toList();
        double before = all(form, margin, factors).logE();
        // where the control disappears the factor tells nothing any more, which is more than a contradiction
        if (larger.stream().allMatch(factor -> factor.usersControl() > 0 || factor.failedControl() > 0)) {
            assertThat(all(form, margin, larger).logE()).isLessThanOrEqualTo(before + 1e-9 * Math.abs(before) + 1e-9);
        }
    }

    /** What makes it safe to look at any time: however few or many fail, by lot alone a factor is expected to multiply E by 1 at most. */
    @Property(tries = 300)
    void whenFailuresFallIntoTheArmsByLotAFactorIsExpectedToAddNothing(
            @ForAll @IntRange(min = 1, max = 120) int treatment,
            @ForAll @IntRange(min = 1, max = 120) int control,
            @ForAll @DoubleRange(max = 1) double part) {
        int failed = (int) Math.round(part * (treatment + control));
        double expected = 0;
        for (int y = Math.max(0, failed - control); y <= Math.min(treatment, failed); y++) {
            double probability = Math.exp(
                    logChoose(treatment, y) + logChoose(control, failed - y) - logChoose(treatment + control, failed));
            RateRatio ratio = RateRatio.of(Form.STATIC, 1).add(new Factor(treatment, y, control, failed - y));
            expected += probability * Math.exp(ratio.logE());
        }
        assertThat(expected).isLessThanOrEqualTo(1 + 1e-9);
    }

    /** Users fail independently, the treatment's exactly as often as the margin allows. */
    @Property(tries = 100)
    void atTheMarginAFactorIsExpectedToAddNothing(
            @ForAll @IntRange(min = 1, max = 60) int treatment,
            @ForAll @IntRange(min = 1, max = 60) int control,
            @ForAll("margins") double margin,
            @ForAll @DoubleRange(min = 0.01, max = 1) double part) {
        double rateControl = part / margin;
        double expected = 0;
        for (int eT = 0; eT <= treatment; eT++) {
            for (int eC = 0; eC <= control; eC++) {
                double probability = Math.exp(logChoose(treatment, eT) + logChoose(control, eC))
                        * Math.pow(part, eT)
                        * Math.pow(1 - part, treatment - eT)
                        * Math.pow(rateControl, eC)
                        * Math.pow(1 - rateControl, control - eC);
                RateRatio ratio = RateRatio.of(Form.STATIC, margin).add(new Factor(treatment, eT, control, eC));
                expected += probability * Math.exp(ratio.logE());
            }
        }
        assertThat(expected).isLessThanOrEqualTo(1 + 1e-9);
    }

    @Provide
    Arbitrary<Double> margins() {
        return Arbitraries.of(1.0, 1.1, 1.25, 2.0, 29.0);
    }

    @Provide
    Arbitrary<List<Factor>> factors() {
        Arbitrary<Integer> users = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 50),
                Arbitraries.integers().between(0, 20_000),
                Arbitraries.integers().between(0, 3_000_000));
        Arbitrary<Double> rates = Arbitraries.oneOf(
                Arbitraries.of(0.0, 1.0),
                Arbitraries.doubles().between(0, 0.1),
                Arbitraries.doubles().between(0, 1));
        return Combinators.combine(users, rates, users, rates)
                .as((nT, pT, nC, pC) -> new Factor(nT, Math.round(pT * nT), nC, Math.round(pC * nC)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    private static RateRatio all(Form form, double margin, List<Factor> factors) {
        return factors.stream().reduce(RateRatio.of(form, margin), RateRatio::add, (a, b) -> b);
    }

    private static double logChoose(int n, int k) {
        return LogGamma.of(n + 1) - LogGamma.of(k + 1) - LogGamma.of(n - k + 1);
    }
}
