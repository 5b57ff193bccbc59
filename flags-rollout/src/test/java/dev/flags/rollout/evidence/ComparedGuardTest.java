package dev.flags.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.flags.rollout.Guard;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What grows from factor to factor. */
class ComparedGuardTest {
    private static final Guard ROLLS_BACK = Guard.parse("worse: failures worse than control -> rollback");
    private long next;
    private long user;

    private Verdict after(Watching watching, int windows, int percent, int failedTreated, int failedControls) {
        for (int i = 0; i < windows; i++) {
            TestRow row = new TestRow("a", percent, next);
            row.treatment().users(10L * percent, TestRow.users(user, failedTreated));
            row.control().users(1_000 - 10L * percent, TestRow.users(user + 1_000, failedControls));
            user += 2_000;
            watching.put(row).look(++next, 3);
        }
        return watching.verdict();
    }

    @Test
    void aTreatmentThatIsWorseBreaches() {
        Watching watching = new Watching(ROLLS_BACK);
        assertThat(after(watching, 10, 10, 2, 18).status()).isEqualTo(Status.HEALTHY);
        Verdict verdict = after(watching, 6, 10, 7, 18);
        assertThat(verdict.status()).isEqualTo(Status.BREACHED);
        assertThat(verdict.threshold()).isCloseTo(Math.log(100), within(1e-9));
        assertThat(verdict.evidence()).isEqualTo(verdict.value());
        assertThat(verdict.evidence().orElseThrow()).isGreaterThan(Math.log(100));
        assertThat(verdict.text())
                .matches(
                        "evidence [0-9.]+ of 4.61; lately 3.9% of calls failed in the treatment and 2% in the control");
        assertThat(verdict.treatment()).endsWith(0.02, 0.07, 0.07, 0.07, 0.07, 0.07, 0.07);
    }

    @Test
    void fourUsersWhoFailedAreTooFew() {
        Watching watching = new Watching(ROLLS_BACK);
        Verdict verdict = after(watching, 1, 10, 4, 0);
        assertThat(verdict.evidence().orElseThrow()).isGreaterThan(Math.log(100));
        assertThat(verdict.status()).isEqualTo(Status.UNSETTLED);
        assertThat(verdict.text()).endsWith("but only 4 users of the treatment, 5 are needed");
        assertThat(after(watching, 1, 10, 1, 0).status()).isEqualTo(Status.BREACHED);
    }

    @Test
    void evidenceGoesOnOverTheClimb() {
        Watching watching = new Watching(ROLLS_BACK);
        double before = after(watching, 2, 10, 4, 18).evidence().orElseThrow();
        watching.stage(next);
        assertThat(watching.verdict().evidence()).hasValue(before);
        assertThat(watching.verdict().status()).as("nothing of this stage yet").isEqualTo(Status.UNSETTLED);
        assertThat(after(watching, 3, 50, 30, 10).status()).isEqualTo(Status.BREACHED);
    }

    @Test
    void whatTakesBackStaysBreachedWhenTheEvidenceFallsAgainEvenWhereNobodyLooked() {
        Watching watching = new Watching(ROLLS_BACK);
        for (int window = 0; window < 600; window++) {
            TestRow row = new TestRow("a", 10, window);
            row.treatment().users(100, TestRow.users(window * 2_000L, window < 2 ? 8 : 2));
            row.control().users(900, TestRow.users(window * 2_000L + 1_000, 18));
            watching.put(row);
            if (window % 60 == 59) {
                watching.look(window + 1, 3);
            }
        }
        assertThat(watching.verdict().evidence().orElseThrow()).isLessThan(Math.log(100));
        assertThat(watching.verdict().status()).isEqualTo(Status.BREACHED);
    }

    @Test
    void whatOnlyHoldsClearsWhenTheEvidenceHasFallen() {
        Watching watching = new Watching(Guard.parse("early: failures worse than control alpha 0.05 -> hold"));
        assertThat(after(watching, 6, 10, 7, 18).status()).isEqualTo(Status.BREACHED);
        Verdict verdict = watching.verdict();
        while (verdict.evidence().orElseThrow() > 0.8 * Math.log(20)) {
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            verdict = after(watching, 1, 10, 1, 18);
        }
        assertThat(verdict.status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void whatStepsBackBeginsAnewAtTheNextLevel() {
        Watching watching = new Watching(Guard.parse("worse: failures worse than control -> step-back"));
        assertThat(after(watching, 3, 50, 30, 10).status()).isEqualTo(Status.BREACHED);
        watching.stage(next);
        assertThat(watching.verdict().status()).isEqualTo(Status.UNSETTLED);
        assertThat(watching.verdict().evidence()).hasValue(0);
        assertThat(after(watching, 10, 10, 2, 18).status()).isEqualTo(Status.HEALTHY);
        assertThat(after(watching, 3, 10, 9, 18).status()).isEqualTo(Status.BREACHED);
    }

    @Test
    void aMarginAllowsForAsMuch() {
        Watching strict = new Watching(ROLLS_BACK);
        Watching lenient = new Watching(Guard.parse("worse: failures worse than control by 2x -> rollback"));
        assertThat(after(strict, 30, 50, 18, 10).status()).isEqualTo(Status.BREACHED);
        next = 0;
        assertThat(after(lenient, 30, 50, 18, 10).status()).isEqualTo(Status.HEALTHY);
        assertThat(after(lenient, 10, 50, 40, 10).status()).isEqualTo(Status.BREACHED);
    }

    @Nested
    class Nobody {
        @Test
        void atAHundredPercentThereIsNobodyToCompareWith() {
            Watching watching = new Watching(ROLLS_BACK);
            for (int window = 0; window < 40; window++) {
                TestRow row = new TestRow("a", 100, window);
                row.treatment().calls(100, 5);
                watching.put(row).look(window + 1, 3);
            }
            assertThat(watching.verdict().status()).isEqualTo(Status.HEALTHY);
            assertThat(watching.verdict().text()).startsWith("at 100% there is nobody to compare with");
        }

        @Test
        void nobodyDrawnForTheTreatmentInFiveMinutesIsNoData() {
            Watching watching = new Watching(ROLLS_BACK);
            assertThat(after(watching, 29, 0, 0, 3).status())
                    .as("0 % has nobody")
                    .isEqualTo(Status.HEALTHY);
            watching.stage(next);
            for (int i = 0; i < 29; i++, next++) {
                TestRow row = new TestRow("a", 10, next);
                row.treatment().calls(5, 0);
                row.control().users(900);
                watching.put(row).look(next + 1, 3);
            }
            assertThat(watching.verdict().status()).isEqualTo(Status.UNSETTLED);
            assertThat(after(watching, 1, 10, 0, 0).status()).isEqualTo(Status.HEALTHY);
            watching.stage(next);
            for (int i = 0; i < 30; i++, next++) {
                watching.put(new TestRow("a", 10, next)).look(next + 1, 3);
            }
            assertThat(watching.verdict().status()).isEqualTo(Status.NO_DATA);
        }
    }

    @Nested
    class Latency {
        private final Watching watching = new Watching(Guard.parse("slower: latency worse than control -> hold"));

        @Test
        void usersWithASlowCallAreCompared() {
            Verdict verdict = slow(10, 5, 45);
            assertThat(verdict.status()).isEqualTo(Status.HEALTHY);
            verdict = slow(5, 20, 45);
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.text()).contains("10% of users were slow in the treatment and 5% in the control");
        }

        private Verdict slow(int windows, int treated, int controls) {
            for (int i = 0; i < windows; i++, next++) {
                TestRow row = new TestRow("a", 10, next);
                row.treatment().users(100).bound("PT0.5S", 100, treated, TestRow.users(next * 1_000, treated));
                row.control().users(900).bound("PT0.5S", 900, controls, TestRow.users(next * 1_000 + 500, controls));
                watching.put(row).look(next + 1, 3);
            }
            return watching.verdict();
        }

        @Test
        void theBoundOfTheNextStageIsThe95thPercentileOfThisOne() {
            for (int i = 0; i < 12; i++, next++) {
                TestRow row = new TestRow("a", 10, next);
                // bins of 100 ms and of 2 s
                row.treatment().calls(20, 0).latency(576, 18).latency(726, 2);
                row.control().calls(180, 0).latency(576, 178).latency(726, 2);
                assertThat(watching.evidence.latencyComparison(watching.stageSince))
                        .isEmpty();
                watching.put(row).look(next + 1, 3);
            }
            assertThat(watching.evidence.latencyComparison(watching.stageSince).orElseThrow())
                    .isBetween(Duration.ofMillis(98), Duration.ofMillis(102));
            for (int i = 0; i < 12; i++, next++) {
                TestRow row = new TestRow("a", 10, next);
                row.treatment().calls(200, 0).latency(726, 200);
                watching.put(row).look(next + 1, 3);
            }
            assertThat(watching.evidence.latencyComparison(watching.stageSince).orElseThrow())
                    .isBetween(Duration.ofMillis(1_960), Duration.ofMillis(2_040));
            assertThat(watching.evidence.latencyComparison(TestRow.at(next)))
                    .as("another stage")
                    .isEmpty();
        }

        @Test
        void callsThatTakeMicrosecondsAreNotComparedByMicroseconds() {
            for (int i = 0; i < 12; i++, next++) {
                TestRow row = new TestRow("a", 10, next);
                row.control().calls(200, 0).latency(116, 200); // a bin of 10 µs
                watching.put(row).look(next + 1, 3);
            }
            assertThat(watching.evidence.latencyComparison(watching.stageSince)).contains(Duration.ofMillis(1));
        }
    }

    @Nested
    class Split {
        private final Watching watching = new Watching(Guard.parse("split: sample-ratio -> hold"));

        private Verdict exposed(int percent, int treated, int controls) {
            TestRow row = new TestRow("a", percent, next);
            row.treatment().users(100).exposed(TestRow.users(user, treated));
            row.control().users(900).exposed(TestRow.users(user + treated, controls));
            user += treated + controls;
            return watching.put(row).look(++next, 3).verdict();
        }

        @Test
        void aSplitThatIsNotThePercentageBreaches() {
            assertThat(exposed(10, 100, 900).status()).isEqualTo(Status.HEALTHY);
            Verdict verdict = exposed(10, 300, 900);
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.text())
                    .matches(
                            "18.2% of 2,200 followed users met the treatment first, expected 10%; evidence [0-9.]+ of 6.91");
        }

        @Test
        void whoWasMetBeforeInAnotherProcessOrAtAnotherPercentageCountsOnce() {
            exposed(10, 100, 900);
            long evidence =
                    Double.doubleToLongBits(watching.verdict().evidence().orElseThrow());
            // everybody is met again after the climb, by new processes, with most of them in the treatment
            watching.restarts = true;
            for (int process = 0; process < 5; process++) {
                TestRow row = new TestRow("p" + process, 90, next);
                row.treatment().users(1_000).exposed(TestRow.users(100, 900));
                row.control().users(100).exposed(TestRow.users(0, 100));
                watching.put(row);
            }
            watching.look(++next, 3);
            assertThat(watching.verdict().evidence()).hasValue(Double.longBitsToDouble(evidence));
        }

        @Test
        void percentagesAreNotPooled() {
            exposed(10, 100, 900);
            assertThat(exposed(50, 500, 500).status()).isEqualTo(Status.HEALTHY);
            assertThat(watching.verdict().evidence().orElseThrow()).isNegative();
        }
    }
}
