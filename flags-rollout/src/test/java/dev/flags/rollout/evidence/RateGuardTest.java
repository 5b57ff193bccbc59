package dev.flags.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.rollout.AdvanceRule;
import dev.flags.rollout.Guard;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** "More than 5 % for 5 minutes", exactly. */
class RateGuardTest {
    private static final Guard ERRORS = Guard.parse("errors: error-rate > 5% for 5m min 100 -> rollback");

    private final Watching watching = new Watching(ERRORS);
    private long next;

    /** Windows with so many calls of the treatment, of which so many fail, looked at one after the other. */
    private Verdict after(int windows, long calls, long failures) {
        return after(windows, calls, failures, 900, 0);
    }

    private Verdict after(int windows, long calls, long failures, long controls, long failedControls) {
        for (int i = 0; i < windows; i++) {
            TestRow row = new TestRow("a", 10, next);
            row.treatment().calls(calls, failures);
            row.control().calls(controls, failedControls);
            watching.put(row).look(next + 1, 3);
            next++;
            if (i < windows - 1) {
                watching.verdict();
            }
        }
        return watching.verdict();
    }

    @Nested
    class Breach {
        @Test
        void aShareAboveTheThresholdBreachesWhenItsTimeIsFull() {
            assertThat(after(29, 100, 8).status()).isEqualTo(Status.UNSETTLED);
            Verdict verdict = after(1, 100, 8);
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.value()).hasValue(0.08);
            assertThat(verdict.threshold()).isEqualTo(0.05);
            assertThat(verdict.action()).isEqualTo(Guard.Action.ROLL_BACK);
            assertThat(verdict.text()).isEqualTo("8% of 3,000 calls of the treatment failed in 5m, threshold 5%");
            assertThat(verdict.since()).contains(watching.now);
        }

        @Test
        void aShareThatIsAboveItByChanceDoesNot() {
            // Wilson's bound of 16 in 300 is below 5 %
            assertThat(after(28, 10, 0).status()).isEqualTo(Status.HEALTHY);
            Verdict verdict = after(2, 10, 8);
            assertThat(verdict.value().orElseThrow()).isGreaterThan(0.05);
            assertThat(verdict.status()).isEqualTo(Status.UNSETTLED);
        }

        @Test
        void windowsBeforeTheStageProveNothing() {
            after(25, 100, 8);
            watching.stage(25);
            assertThat(after(10, 100, 8).status()).isEqualTo(Status.UNSETTLED);
            assertThat(after(19, 100, 8).status()).isEqualTo(Status.UNSETTLED);
            assertThat(after(1, 100, 8).status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void aWindowThatBeganBeforeTheStageIsNotWithinIt() {
            watching.stageSince = TestRow.at(0).plusSeconds(1);
            assertThat(after(30, 100, 8).status()).isEqualTo(Status.UNSETTLED);
            assertThat(after(1, 100, 8).status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void aBreachIsForgottenWithItsStage() {
            after(30, 100, 8);
            watching.stage(30);
            assertThat(watching.verdict().status()).isEqualTo(Status.UNSETTLED);
            assertThat(after(2, 100, 0).status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void lessThanFourInFiveWindowsReportedIsNoBreach() {
            after(12, 100, 8);
            next += 12;
            after(6, 100, 8);
            assertThat(watching.verdict().status()).as("18 of 30").isEqualTo(Status.UNSETTLED);
            assertThat(after(18, 100, 8).status()).as("24 of 30").isEqualTo(Status.BREACHED);
        }

        @Test
        void theControlCanBeJudgedToo() {
            Watching control = new Watching(Guard.parse("c: error-rate > 5% for 10s min 100 of control -> hold"));
            TestRow row = new TestRow("a", 10, 0);
            row.treatment().calls(100, 0);
            row.control().calls(900, 90);
            control.put(row).look(1, 3);
            assertThat(control.verdict().status()).isEqualTo(Status.BREACHED);
            assertThat(control.verdict().text()).contains("900 calls of the control");
        }
    }

    @Nested
    class TotalFailure {
        @Test
        void itDoesNotWaitForTheTime() {
            assertThat(after(5, 100, 40).status()).isEqualTo(Status.UNSETTLED);
            assertThat(after(1, 100, 40).status()).as("a fifth of five minutes").isEqualTo(Status.BREACHED);
        }

        @Test
        void fourTimesTheThresholdIsNoTotalFailure() {
            assertThat(after(6, 100, 20).status()).isEqualTo(Status.UNSETTLED);
        }

        @Test
        void halfOfAllCallsIsOneWhateverTheThreshold() {
            Watching lenient = new Watching(Guard.parse("e: error-rate > 20% for 5m min 100"));
            for (int window = 0; window < 6; window++) {
                TestRow row = new TestRow("a", 10, window);
                row.treatment().calls(100, 60);
                lenient.put(row).look(window + 1, 3);
            }
            assertThat(lenient.verdict().status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void aThresholdAboveHalfIsNotUndercut() {
            Watching lenient = new Watching(Guard.parse("e: error-rate > 80% for 5m min 100"));
            for (int window = 0; window < 6; window++) {
                TestRow row = new TestRow("a", 10, window);
                row.treatment().calls(100, 60);
                lenient.put(row).look(window + 1, 3);
            }
            assertThat(lenient.verdict().status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void theOnlyCallsOfAQuietMinuteAreNoTotalFailure() {
            assertThat(after(6, 1, 1).status()).isEqualTo(Status.UNSETTLED);
        }
    }

    @Nested
    class TooLittle {
        @Test
        void aYoungStageIsHealthyAsSoonAsThereAreEnoughCalls() {
            assertThat(after(1, 60, 0).status()).isEqualTo(Status.UNSETTLED);
            assertThat(watching.verdict().text())
                    .isEqualTo("only 60 calls of the treatment reported in 10s, 100 are needed");
            assertThat(after(1, 60, 0).status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void withFewCallsItLooksBackFurther() {
            assertThat(after(99, 1, 0).status()).isEqualTo(Status.UNSETTLED);
            assertThat(after(1, 1, 0).status()).isEqualTo(Status.HEALTHY);
            assertThat(watching.verdict().text()).contains("in 16m 40s");
            assertThat(after(60, 1, 1).status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void sixTimesAsFarAndStillTooFewIsNoData() {
            assertThat(after(179, 0, 0).status()).isEqualTo(Status.UNSETTLED);
            assertThat(after(1, 0, 0).status()).isEqualTo(Status.NO_DATA);
            assertThat(watching.verdict().value()).isEmpty();
        }

        @Test
        void whenNobodyReportsForAMinuteThereIsNoData() {
            after(20, 100, 0);
            watching.look(24, 0);
            assertThat(watching.verdict().status()).isEqualTo(Status.HEALTHY);
            watching.look(29, 0);
            assertThat(watching.verdict().status()).isEqualTo(Status.NO_DATA);
            assertThat(watching.verdict().text()).isEqualTo("nobody has reported for a minute");
        }

        @Test
        void aGuardOfTheControlIsContentWhereNobodyTakesTheOldPath() {
            Watching control = new Watching(Guard.parse("c: error-rate > 5% for 1m of control"));
            for (int window = 0; window < 40; window++) {
                TestRow row = new TestRow("a", 100, window);
                row.treatment().calls(100, 0);
                control.put(row).look(window + 1, 3);
            }
            assertThat(control.verdict().status()).isEqualTo(Status.HEALTHY);
        }
    }

    @Nested
    class Clearing {
        @Test
        void aBreachIsOverBelowFourFifthsOfTheThresholdForTheWholeTime() {
            after(30, 100, 8);
            assertThat(after(29, 100, 0).status()).isEqualTo(Status.BREACHED);
            Verdict cleared = after(1, 100, 0);
            assertThat(cleared.status()).isEqualTo(Status.HEALTHY);
            assertThat(cleared.since()).contains(watching.now);
        }

        @Test
        void betweenThatAndTheThresholdItStaysBreached() {
            after(30, 100, 8);
            Verdict verdict = after(90, 200, 9);
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.text()).contains("not below 4% for 5m yet");
        }

        @Test
        void aSuccessorRemembersTheBreach() {
            watching.restarts = true;
            after(30, 100, 8);
            assertThat(after(20, 100, 0).status()).isEqualTo(Status.BREACHED);
        }
    }

    @Nested
    class Shared {
        @Test
        void bothArmsAboveTheThresholdAndAlikeIsMarked() {
            Verdict verdict = after(30, 100, 8, 900, 72);
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.shared()).isTrue();
            assertThat(verdict.text()).endsWith("; the other arm suffers alike, so the new path is not the only cause");
        }

        @Test
        void notWhenTheComparisonShowsADifference() {
            Verdict verdict = null;
            for (int window = 0; window < 30; window++) {
                TestRow row = new TestRow("a", 10, window);
                row.treatment().users(100, TestRow.users(window * 1_000L, 40));
                row.control().users(900, TestRow.users(window * 1_000L + 100, 80));
                verdict = watching.put(row).look(window + 1, 3).verdict();
            }
            assertThat(verdict).isNotNull().matches(each -> each.status() == Status.BREACHED && !each.shared());
        }
    }

    @Nested
    class Latency {
        private final Watching slow = new Watching(
                List.of(Guard.parse("slow: p95 > 3s for 1m min 100 -> hold")), List.of(AdvanceRule.parse("p95 < 3s")));

        private Verdict after(int windows, long decided, long slowCalls) {
            for (int i = 0; i < windows; i++) {
                TestRow row = new TestRow("a", 10, next);
                // hung calls pass the bound and end nowhere
                row.treatment()
                        .calls(decided - slowCalls, 0)
                        .bound("PT1S", decided, decided)
                        .bound("PT3S", decided, slowCalls);
                slow.put(row).look(++next, 3);
            }
            return slow.verdict();
        }

        @Test
        void callsThatHangAreSlowBeforeTheyEnd() {
            assertThat(after(6, 100, 0).status()).isEqualTo(Status.HEALTHY);
            Verdict verdict = after(2, 100, 40);
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.text())
                    .isEqualTo("13.3% of 600 calls of the treatment took longer than 3s in 1m, threshold 5%");
            assertThat(verdict.treatment()).hasSize(History.SHOWN).endsWith(0.0, 0.4, 0.4);
            assertThat(verdict.control()).containsOnly(Double.NaN);
        }

        @Test
        void aBoundThatNobodyJudgesByIsNoData() {
            for (int window = 0; window < 36; window++) {
                TestRow row = new TestRow("a", 10, window);
                row.treatment().calls(100, 0).bound("PT1S", 100, 0);
                slow.put(row).look(window + 1, 3);
            }
            assertThat(slow.verdict().status()).isEqualTo(Status.NO_DATA);
        }

        @Test
        void theConditionForAdvancingLooksAtTheWholeStage() {
            after(3, 20, 0);
            assertThat(slow.advance().status()).isEqualTo(Status.NO_DATA);
            after(3, 100, 30);
            assertThat(slow.advance().status()).isEqualTo(Status.UNSETTLED);
            after(200, 100, 0);
            assertThat(slow.advance().status()).isEqualTo(Status.HEALTHY);
            assertThat(slow.advance().text())
                    .isEqualTo(
                            "0.44% of 20,360 calls of the treatment took longer than 3s in this stage, must be below 5%");
            slow.stage(next);
            assertThat(slow.advance().status()).isEqualTo(Status.NO_DATA);
            assertThat(after(1, 100, 4).status()).isEqualTo(Status.HEALTHY);
            assertThat(slow.advance().value()).hasValue(0.04);
        }
    }
}
