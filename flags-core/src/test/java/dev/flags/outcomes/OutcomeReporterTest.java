package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutcomeReporterTest {
    private final Climb climb = new Climb();

    @BeforeEach
    void begin() {
        climb.recorder(BreakerPolicy.never());
        climb.serve(50, Climb.run());
        climb.choose("ann").observe().success();
    }

    private Outcomes.Reporting reporting() {
        return climb.recorder().reporting();
    }

    @Test
    void aWindowsRowGoesOnceItIsOverAndOnlyOnce() {
        climb.pass(Duration.ofSeconds(9));
        climb.reporter().tick();
        assertThat(climb.puts).isEmpty();
        climb.pass(Duration.ofSeconds(1));
        climb.reporter().tick();
        climb.reporter().tick();
        assertThat(climb.puts).hasSize(1);
        assertThat(reporting().sent()).isEqualTo(1);
    }

    @Test
    void aRowThatDidNotArriveGoesAgainByteForByte() {
        climb.away(true);
        climb.nextWindow();
        climb.pass(Duration.ofSeconds(2));
        climb.reporter().tick();
        climb.away(false);
        climb.pass(Duration.ofSeconds(4));
        climb.reporter().tick();
        assertThat(climb.puts.size()).isGreaterThanOrEqualTo(2);
        assertThat(climb.puts.stream().distinct()).hasSize(1);
        assertThat(climb.rows()).hasSize(1);
        assertThat(reporting().problem()).isEmpty();
        assertThat(reporting().waiting()).isZero();
    }

    @Test
    void whileTheStoreIsAwayItIsAskedLessAndLessOften() {
        climb.away(true);
        for (int i = 0; i < 600; i++) {
            climb.pass(Duration.ofSeconds(1));
            climb.reporter().tick();
        }
        // not 600 times: 1 s, 2 s, 4 s, 8 s, then each 10 s
        assertThat(climb.puts.size()).isLessThan(70 * 60);
        assertThat(reporting().waiting()).isEqualTo(60);
        assertThat(reporting().problem()).contains("away");
    }

    @Test
    void theNewestQuarterOfAnHourIsKeptAndWhatIsGivenUpIsCountedInTheRows() {
        climb.away(true);
        for (int i = 0; i < 200; i++) {
            climb.nextWindow();
        }
        assertThat(reporting().waiting()).isEqualTo(90);
        assertThat(reporting().lost()).isEqualTo(110);
        climb.away(false);
        climb.pass(Duration.ofSeconds(11));
        climb.reporter().tick();
        assertThat(reporting().waiting()).isZero();
        assertThat(climb.rows().get(climb.rows().size() - 1).lost()).isGreaterThan(100);
    }

    @Test
    void windowsAreCutByTheStoresClock() {
        // this process' clock says 12:00, the store's 12:00:05 at first
        Climb shifted = new Climb();
        shifted.nanos.set(Duration.ofSeconds(5).toNanos());
        shifted.recorder(BreakerPolicy.never());
        shifted.serve(50, Climb.run());
        shifted.choose("ann").observe().success();
        shifted.pass(Duration.ofSeconds(4));
        shifted.reporter().tick();
        assertThat(shifted.rows()).isEmpty();
        shifted.pass(Duration.ofSeconds(1));
        shifted.reporter().tick();
        assertThat(shifted.rows()).extracting(OutcomeRow::window).containsExactly(Climb.BEGIN);
    }

    @Test
    void aStoreWhoseClockGoesBackNeverHasAWindowTwice() {
        climb.nextWindow();
        climb.set(Climb.BEGIN.minus(Duration.ofMinutes(5)));
        for (int i = 0; i < 400; i++) {
            climb.pass(Duration.ofSeconds(1));
            climb.reporter().tick();
        }
        assertThat(climb.rows())
                .extracting(OutcomeRow::window)
                .isSorted()
                .doesNotHaveDuplicates()
                .doesNotContain(Instant.EPOCH);
    }

    @Test
    void aPauseOfTheProcessMakesOneLongWindow() {
        climb.pass(Duration.ofSeconds(65));
        climb.reporter().tick();
        assertThat(climb.rows()).extracting(OutcomeRow::window).containsExactly(Climb.BEGIN);
    }
}
