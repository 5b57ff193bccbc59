package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.Percentage;
import dev.flags.outcomes.Breaker.Admission;
import dev.flags.outcomes.BreakerStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreakerTest {
    private static final BreakerPolicy POLICY = new BreakerPolicy(
            Percentage.of(10), 20, Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(100), 3);

    private final AtomicLong nanos = new AtomicLong(-5);
    private final List<State> entered = new ArrayList<>();
    private Breaker breaker = breaker(POLICY);

    private Breaker breaker(BreakerPolicy policy) {
        return new Breaker(policy, nanos::get, changed -> entered.add(state(changed)));
    }

    private State state() {
        return state(breaker);
    }

    private static State state(Breaker breaker) {
        return breaker.status("a", 0).state();
    }

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private void succeed(int calls) {
        for (int i = 0; i < calls; i++) {
            breaker.ended(Admission.ADMITTED, false);
        }
    }

    private void fail(int calls) {
        for (int i = 0; i < calls; i++) {
            breaker.ended(Admission.ADMITTED, true);
        }
    }

    private void open() {
        succeed(10);
        fail(10);
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @CsvSource({
        "18, 2, CLOSED", // exactly 10 % of 20
        "17, 3, OPEN",
        "0, 19, CLOSED", // fewer than 20 calls say nothing
        "0, 20, OPEN",
        "900, 100, CLOSED",
        "890, 110, OPEN",
    })
    void opensWhenMoreThanTenPercentOfEnoughCallsFail(int well, int badly, State expected) {
        succeed(well);
        fail(badly);
        assertThat(state()).isEqualTo(expected);
    }

    @Test
    void whatIsOlderThanTheWindowDoesNotCount() {
        succeed(100_000);
        pass(61);
        // the first failure begins a window, and nothing before it counts
        fail(1);
        succeed(15);
        fail(4);
        assertThat(state()).isEqualTo(State.CLOSED);
        fail(1);
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @Test
    void failuresAMinuteApartNeverAddUp() {
        for (int i = 0; i < 100; i++) {
            fail(10);
            pass(61);
        }
        assertThat(entered).isEmpty();
    }

    @Test
    void theWindowSlidesByHalves() {
        fail(9);
        pass(31);
        fail(1); // the next window will begin here
        succeed(5);
        pass(31);
        // the nine are out of the window now
        fail(5);
        assertThat(state()).isEqualTo(State.CLOSED);
        succeed(8);
        fail(2);
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @Test
    void whileOpenNothingTakesTheNewPathUntilThePauseIsOver() {
        open();
        assertThat(breaker.admit()).isEqualTo(Admission.DIVERTED);
        pass(29);
        assertThat(breaker.admit()).isEqualTo(Admission.DIVERTED);
        pass(1);
        assertThat(breaker.admit()).isEqualTo(Admission.TRIAL);
    }

    @Test
    void oneCallAtATimeTriesAndAfterThreeThatDoWellAllTakeTheNewPath() {
        open();
        pass(30);
        for (int i = 0; i < 3; i++) {
            assertThat(breaker.admit()).isEqualTo(Admission.TRIAL);
            assertThat(breaker.admit()).isEqualTo(Admission.DIVERTED);
            breaker.ended(Admission.TRIAL, false);
        }
        assertThat(breaker.admit()).isEqualTo(Admission.ADMITTED);
        assertThat(entered).containsExactly(State.OPEN, State.HALF_OPEN, State.CLOSED);
        // and what failed before is forgotten
        fail(1);
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aTrialThatFailsDoublesThePauseUpToTheLongest() {
        open();
        for (int pause : new int[] {30, 60, 100, 100}) {
            pass(pause - 1);
            assertThat(breaker.admit()).isEqualTo(Admission.DIVERTED);
            pass(1);
            assertThat(breaker.admit()).isEqualTo(Admission.TRIAL);
            breaker.ended(Admission.TRIAL, true);
        }
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @Test
    void aTrialThatHangsHasFailed() {
        open();
        pass(30);
        assertThat(breaker.admit()).isEqualTo(Admission.TRIAL);
        pass(31);
        assertThat(breaker.admit()).isEqualTo(Admission.DIVERTED);
        assertThat(state()).isEqualTo(State.OPEN);
        // and when it comes back at last it says nothing any more
        breaker.ended(Admission.TRIAL, false);
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @Test
    void aTrialThatWasInterruptedIsTriedAgain() {
        open();
        pass(30);
        assertThat(breaker.admit()).isEqualTo(Admission.TRIAL);
        breaker.triedInVain();
        assertThat(breaker.admit()).isEqualTo(Admission.TRIAL);
    }

    @Test
    void callsThatWereAdmittedBeforeItOpenedAndFailLateChangeNothing() {
        open();
        fail(50);
        assertThat(entered).containsExactly(State.OPEN);
    }

    @Test
    void oneThatNeverOpensLetsEverythingFail() {
        breaker = breaker(BreakerPolicy.never());
        fail(1_000);
        assertThat(breaker.admit()).isEqualTo(Admission.ADMITTED);
    }
}
