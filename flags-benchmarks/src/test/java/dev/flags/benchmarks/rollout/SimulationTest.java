package dev.flags.benchmarks.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short form of {@link FalseAlarms}. Seeded: the same runs every time. */
class SimulationTest {
    private static final int RUNS = 100;

    /** At most 1 % of all runs; of a hundred, two may be by chance. */
    @ParameterizedTest
    @EnumSource
    void nobodyStepsIntoTheTrap(Trap trap) {
        assertThat(Simulation.rolledBack(trap.scenario, ByEvidence.FAILURES, RUNS))
                .isLessThanOrEqualTo(0.02);
    }

    @ParameterizedTest
    @EnumSource
    void whoCountsOtherwiseDoes(Trap trap) {
        assertThat(Simulation.rolledBack(trap.scenario, trap.contrast, RUNS)).isGreaterThanOrEqualTo(0.05);
    }

    @ParameterizedTest
    @EnumSource(
            value = Trap.class,
            names = {"TWO_PERCENTAGES", "MOVING_ARMS"})
    void theSplitIsNotDoubtedEither(Trap trap) {
        assertThat(Simulation.rolledBack(trap.scenario, ByEvidence.SPLIT, RUNS / 2))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aFaultIsAlwaysFoundAndNotBeforeItIsThere(Fault fault) {
        int runs = fault.from > 0 ? RUNS / 5 : RUNS;
        int[] windows = Simulation.windows(fault.scenario, ByEvidence.FAILURES, runs);
        assertThat(windows[0]).isGreaterThanOrEqualTo(fault.from);
        assertThat(windows[runs - 1]).isLessThan(Integer.MAX_VALUE);
    }

    @Test
    void aFaultAtTenPercentIsFoundWithinThreeWindows() {
        int[] windows = Simulation.windows(Fault.AT_10.scenario, ByEvidence.FAILURES, 3 * RUNS);
        assertThat(windows[3 * RUNS / 2] + 1).isLessThanOrEqualTo(3);
    }

    @Test
    void evidenceThatIsStoredAndReadAgainAllTheTimeFindsTheSameAtTheSameTime() {
        assertThat(Simulation.windows(Fault.DOUBLED_AT_10.scenario, ByEvidence.FAILURES_STORED, RUNS / 5))
                .isEqualTo(Simulation.windows(Fault.DOUBLED_AT_10.scenario, ByEvidence.FAILURES, RUNS / 5));
    }
}
