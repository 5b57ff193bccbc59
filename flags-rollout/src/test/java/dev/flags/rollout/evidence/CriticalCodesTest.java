package dev.flags.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.rollout.Guard;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import org.junit.jupiter.api.Test;

class CriticalCodesTest {
    private final Watching watching = new Watching(Guard.parse("critical: code DB_LOST,ORPHANED -> rollback"));

    private TestRow row(String code, boolean treated) {
        TestRow row = new TestRow("a", 10, 0);
        (treated ? row.treatment() : row.control()).calls(100, 2).code(code, 2);
        return row;
    }

    @Test
    void oneFailureOfTheTreatmentBreachesBeforeItsRowIsFinal() {
        Verdict verdict = watching.put(row("DB_LOST", true)).look(0, 5).verdict();
        assertThat(verdict.status()).isEqualTo(Status.BREACHED);
        assertThat(verdict.text()).isEqualTo("1 call of the treatment failed with DB_LOST");
        verdict = watching.look(1, 3).verdict();
        assertThat(verdict.text()).isEqualTo("2 calls of the treatment failed with DB_LOST");
        assertThat(verdict.value()).hasValue(2);
        assertThat(verdict.shared()).isFalse();
    }

    @Test
    void itStaysBreachedForTheRun() {
        watching.restarts = true;
        watching.put(row("DB_LOST", true)).look(1, 3);
        for (int window = 1; window < 200; window++) {
            watching.put(new TestRow("a", 10, window)).look(window + 1, 3);
        }
        watching.stage(150);
        assertThat(watching.verdict().status()).isEqualTo(Status.BREACHED);
        assertThat(watching.verdict().value()).hasValue(2);
    }

    @Test
    void codesThatTheGuardDoesNotNameAreOrdinaryFailures() {
        assertThat(watching.put(row("TIMEOUT", true)).look(1, 3).verdict().status())
                .isEqualTo(Status.HEALTHY);
    }

    @Test
    void thoseOfTheOldPathAreToldAndBreachNothing() {
        Verdict verdict = watching.put(row("DB_LOST", false)).look(1, 3).verdict();
        assertThat(verdict.status()).isEqualTo(Status.HEALTHY);
        assertThat(verdict.text()).isEqualTo("no critical failure of the treatment; the control has 2 of them, too");
    }

    @Test
    void inBothArmsTheCauseIsShared() {
        TestRow row = row("DB_LOST", true);
        row.control().calls(900, 1).code("DB_LOST", 1);
        assertThat(watching.put(row).look(1, 3).verdict().shared()).isTrue();
    }
}
