package dev.flags.benchmarks.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short form of {@link FalseAlarms}. Seeded: the same runs every time. */
class SimulationTest {
    private static final int RUNS = 100;
    private static final Judging JUDGING = Counting.ONCE_PER_USER;

    @ParameterizedTest
    @EnumSource
    void nobodyStepsIntoTheTrap(Trap trap) {
        assertThat(Simulation.rolledBack(trap.scenario, JUDGING, RUNS)).isLessThanOrEqualTo(0.01);
    }

    @ParameterizedTest
    @EnumSource
    void theTrapIsOne(Trap trap) {
        assertThat(Simulation.rolledBack(trap.scenario, trap.contrast, RUNS)).isGreaterThanOrEqualTo(0.05);
    }

    @ParameterizedTest
    @EnumSource
    void aFaultIsAlwaysFoundAndNeverBeforeItIsThere(Fault fault) {
        int[] windows = Simulation.windows(fault.scenario, JUDGING, RUNS);
        assertThat(windows[0]).isGreaterThanOrEqualTo(fault.from);
        assertThat(windows[RUNS - 1]).isLessThan(Integer.MAX_VALUE);
    }

    @Test
    void aFaultAtTenPercentIsFoundInThirtySeconds() {
        int[] windows = Simulation.windows(Fault.AT_10.scenario, JUDGING, 3 * RUNS);
        assertThat(windows[3 * RUNS / 2] + 1).isLessThanOrEqualTo(3);
    }
}
