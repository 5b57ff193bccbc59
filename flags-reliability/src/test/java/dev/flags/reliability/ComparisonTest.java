package dev.flags.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** What the measure of decisions in an outage can see, and what it does not fall for; with numbers made up, of which both are known. */
class ComparisonTest {

    private static final long USUAL = 80;

    @Test
    void asFastAsBeforeIsNoEffect() {
        Comparison same = compare(i -> USUAL, i -> USUAL, i -> USUAL, i -> USUAL);

        assertThat(same.effect()).isEqualTo(1.0);
        assertThat(same.isWithinGoal()).isTrue();
    }

    @Test
    void anOutageThatMakesDecisionsSlowerMissesTheGoal() {
        Comparison slower = compare(i -> USUAL, i -> USUAL + 50, i -> USUAL, i -> USUAL);

        assertThat(slower.isWithinGoal()).isFalse();
        assertThat(slower.low()).isGreaterThan(1.2);
        assertThat(slower.cells()).contains("**1.6");
    }

    @Test
    void aProcessorOnWhichAllIsSlowerIsNotTheOutagesDoing() {
        // half of the time it is on the slower one, before it never was
        IntToLongFunction changing = i -> i / 7_000 % 2 == 0 ? USUAL : USUAL + 40;
        Comparison moved = compare(i -> USUAL, changing, i -> USUAL, changing);

        assertThat(moved.isWithinGoalWithoutControl()).isFalse();
        assertThat(moved.isWithinGoal()).isTrue();
        assertThat(moved.effect()).isBetween(0.97, 1.03);
    }

    @Test
    void aMachineThatBecameFasterHidesNoSlowdown() {
        Comparison hidden = compare(i -> 2 * USUAL, i -> 2 * USUAL, i -> 2 * USUAL, i -> USUAL);

        assertThat(hidden.isWithinGoalWithoutControl()).isTrue();
        assertThat(hidden.isWithinGoal()).isFalse();
    }

    @Test
    void slownessOfAFewMomentsIsSeenWhenItIsThatOfMoreThanOneDecisionInAHundred() {
        IntToLongFunction inBursts = i -> i % 25_000 < 500 ? 10 * USUAL : USUAL;
        Comparison bursts = compare(i -> USUAL, inBursts, i -> USUAL, i -> USUAL);

        assertThat(bursts.isWithinGoal()).isFalse();
    }

    @Test
    void oneDecisionThatWaitedForTheStoreMissesTheGoal() {
        long second = 1_000_000_000L / Load.BATCH;
        IntToLongFunction once = i -> i == 30_000 ? second : USUAL;

        assertThat(compare(i -> USUAL, once, i -> USUAL, i -> USUAL).isWithinGoal())
                .isFalse();
        assertThat(compare(i -> USUAL, once, i -> USUAL, once).isWithinGoal()).isTrue();
    }

    @Test
    void tooFewDecisionsReachNoGoal() {
        Latencies enough = latencies(Latencies.ENOUGH, 1, i -> USUAL);
        Latencies few = latencies(Latencies.ENOUGH - 1, 1, i -> USUAL);

        assertThat(Comparison.of(enough, few, enough, few).isWithinGoal()).isFalse();
        assertThat(Comparison.of(few, enough, few, enough).isWithinGoal()).isFalse();
    }

    private static Comparison compare(
            IntToLongFunction before,
            IntToLongFunction during,
            IntToLongFunction controlBefore,
            IntToLongFunction controlDuring) {
        return Comparison.of(
                latencies(50_000, 0, before),
                latencies(50_000, 0, during),
                latencies(50_000, 0, controlBefore),
                latencies(50_000, 0, controlDuring));
    }

    private static Latencies latencies(int count, int spread, IntToLongFunction nanos) {
        Random random = new Random(count);
        Latencies made = new Latencies();
        for (int i = 0; i < count; i++) {
            made.record(nanos.applyAsLong(i) + random.nextInt(spread + 1));
        }
        return made;
    }
}
