package dev.flags.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.Percentage;
import dev.flags.rollout.Guard;
import dev.flags.rollout.statistics.RateRatio;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which rows are used, when, and how often. */
class RowsTest {
    private static final Guard FAILURES = Guard.parse("f: failures worse than control -> rollback");

    private final Watching watching = new Watching(FAILURES);

    private static TestRow row(String instance, long window) {
        return row(instance, 10, window, 5);
    }

    /** A row with some failures of users that no other window or instance has. */
    private static TestRow row(String instance, int percent, long window, int failed) {
        TestRow row = new TestRow(instance, percent, window);
        long first = (instance.hashCode() * 1_000L + window) * 1_000 + percent;
        row.treatment().users(100, TestRow.users(first * 10, failed));
        row.control().users(900, TestRow.users(first * 10 + 5_000, 10));
        return row;
    }

    private double logE() {
        return watching.verdict().evidence().orElseThrow();
    }

    private static RateRatio factors(RateRatio.Factor... factors) {
        RateRatio process = RateRatio.of(RateRatio.Form.CHANGE_POINT, 1);
        for (RateRatio.Factor factor : factors) {
            process = process.add(factor);
        }
        return process;
    }

    private static RateRatio.Factor factor(int rows, int failedEach) {
        return new RateRatio.Factor(100L * rows, (long) failedEach * rows, 900L * rows, 10L * rows);
    }

    @Nested
    class Finality {
        @Test
        void aRowOfAWindowThatRunsIsNotUsed() {
            watching.put(row("a", 0)).look(0, 9);
            assertThat(logE()).isZero();
        }

        @Test
        void aRowIsUsedSoonAfterItsWindow() {
            watching.put(row("a", 0)).look(1, 3);
            assertThat(logE()).isEqualTo(factors(factor(1, 5)).logE());
        }

        @Test
        void allInstancesOfAWindowAreOneFactor() {
            watching.put(row("a", 0), row("b", 0)).look(1, 3);
            assertThat(logE()).isEqualTo(factors(factor(2, 5)).logE());
        }

        @Test
        void aWindowWaitsForThoseThatReportedTheOneBefore() {
            watching.put(row("a", 0), row("b", 0)).look(1, 3);
            watching.put(row("a", 1)).look(2, 3);
            assertThat(logE())
                    .as("b is missing")
                    .isEqualTo(factors(factor(2, 5)).logE());
            watching.put(row("b", 1)).look(2, 5);
            assertThat(logE()).isEqualTo(factors(factor(2, 5), factor(2, 5)).logE());
        }

        @Test
        void aProcessThatBeganTheNextWindowIsNotWaitedForInTheOneThatItSkipped() {
            watching.put(row("a", 0), row("b", 0)).look(1, 3);
            watching.put(row("a", 1), row("b", 2)).look(2, 3);
            assertThat(logE()).isEqualTo(factors(factor(2, 5), factor(1, 5)).logE());
        }

        @Test
        void aProcessThatDiedInTheMiddleOfAWindowIsNotWaitedForAfterThreeWindows() {
            watching.put(row("a", 0), row("b", 0)).look(1, 3);
            watching.put(row("a", 1), row("a", 2), row("a", 3)).look(3, 9);
            assertThat(logE()).isEqualTo(factors(factor(2, 5)).logE());
            watching.look(4, 0);
            assertThat(logE())
                    .as("in the window after that nobody waits for it any more")
                    .isEqualTo(factors(factor(2, 5), factor(1, 5), factor(1, 5)).logE());
            watching.look(4, 3);
            assertThat(logE())
                    .isEqualTo(factors(factor(2, 5), factor(1, 5), factor(1, 5), factor(1, 5))
                            .logE());
        }

        @Test
        void aRowThatIsReplacedBeforeItIsFinalCountsAsItWasLast() {
            watching.put(row("a", 10, 0, 50)).look(1, 1);
            watching.put(row("a", 10, 0, 5)).look(1, 3);
            assertThat(logE()).isEqualTo(factors(factor(1, 5)).logE());
        }
    }

    @Nested
    class Once {
        @Test
        void aRowThatIsReadAgainOrSentAgainCountsOnce() {
            watching.put(row("a", 0)).look(1, 3);
            double once = logE();
            watching.put(row("a", 0)).look(1, 5).look(2, 1).look(8, 0).look(80, 0);
            assertThat(logE()).isEqualTo(once);
        }

        @Test
        void aRowThatIsReplacedAfterItWasUsedChangesNothing() {
            watching.put(row("a", 0)).look(1, 3);
            double once = logE();
            watching.put(row("a", 10, 0, 60)).look(1, 5).look(20, 0);
            assertThat(logE()).isEqualTo(once);
        }

        @Test
        void aSuccessorKnowsWhatWasUsed() {
            watching.restarts = true;
            watching.put(row("a", 0), row("b", 0)).look(1, 3);
            double once = logE();
            watching.look(1, 5).look(50, 0);
            assertThat(logE()).isEqualTo(once);
        }

        @Test
        void aControllerThatWasAwayUsesAllWindowsOneAfterTheOther() {
            Watching away = new Watching(FAILURES);
            for (int window = 0; window < 60; window++) {
                TestRow row = row("a", 10, window, window % 7);
                watching.put(row).look(window + 1, 3);
                away.put(row);
            }
            away.look(60, 3);
            assertThat(away.verdict().evidence()).isEqualTo(watching.verdict().evidence());
        }

        @Test
        void rowsOfAnotherRunAreNotOurs() {
            watching.evidence.absorb(List.of(row("a", 0).run("run-0").row()), watching.stageSince, TestRow.at(5));
            assertThat(logE()).isZero();
            assertThat(watching.evidence.instances()).isZero();
        }
    }

    @Nested
    class Late {
        @Test
        void aRowThatIsLateIsAFactorOfItsOwn() {
            watching.put(row("a", 0), row("b", 0)).look(1, 3);
            watching.put(row("a", 1)).look(4, 0);
            watching.put(row("b", 1)).look(4, 2);
            assertThat(logE())
                    .isEqualTo(factors(factor(2, 5), factor(1, 5), factor(1, 5)).logE());
        }

        @Test
        void rowsOfOneLateWindowAreTogetherButNeverOfTwoPercentages() {
            watching.put(row("a", 5)).lookAfter(5);
            watching.put(row("b", 0), row("c", 0), row("d", 50, 0, 5)).look(60, 0);
            assertThat(logE())
                    .isEqualTo(factors(factor(1, 5), factor(2, 5), factor(1, 5).atLeast(Percentage.of(50)))
                            .logE());
        }

        @Test
        void aRowUpToAQuarterOfAnHourLateIsFoundWithinAMinute() {
            watching.put(row("a", 100)).lookAfter(100);
            double before = logE();
            watching.put(row("b", 20));
            for (int second = 0; second <= 60; second += 2) {
                watching.look(103, second);
            }
            assertThat(logE()).isNotEqualTo(before);
            assertThat(watching.evidence.losses()).isEmpty();
        }

        @Test
        void anOlderOneIsLostAndToldOnce() {
            watching.put(row("a", 100)).lookAfter(100);
            double before = logE();
            watching.put(row("b", 12));
            for (int second = 0; second <= 200; second += 2) {
                watching.look(103, second);
            }
            assertThat(logE()).isEqualTo(before);
            assertThat(watching.evidence.losses())
                    .containsExactly("1 row of outcomes came more than 15 minutes late and was not used");
        }

        @Test
        void rowsAreReadFarBackOnceAMinuteOnly() {
            watching.put(row("a", 100)).lookAfter(100);
            long far = IntStream.range(0, 120)
                    .filter(second -> {
                        Instant now = TestRow.at(103).plusSeconds(second);
                        Instant from = watching.evidence.readFrom(now);
                        watching.look(103, second);
                        return from.isBefore(now.minusSeconds(600));
                    })
                    .count();
            assertThat(far).isEqualTo(2);
        }

        @Test
        void aTimeInWhichNobodyLookedIsTold() {
            watching.put(row("a", 0)).lookAfter(0);
            watching.put(row("a", 400)).lookAfter(400);
            assertThat(watching.evidence.losses())
                    .containsExactly(
                            "what was reported in 52m was not used: no controller looked for more than 15 minutes");
            assertThat(watching.evidence.instances()).isEqualTo(1);
        }
    }

    @Nested
    class Unusable {
        @Test
        void rowsThatAProcessGaveUpAreAddedUp() {
            watching.put(row("a", 0).lost(3), row("b", 0).lost(1)).look(1, 3);
            watching.put(row("a", 1).lost(5), row("b", 1).lost(1)).look(2, 3);
            assertThat(watching.evidence.losses())
                    .containsExactly(
                            "6 rows of outcomes were given up by the process, because the store was away for too long");
        }

        @Test
        void aRowThatSaysWhatCannotBeIsToldAndNothingOfItIsUsed() {
            TestRow absurd = row("a", 0);
            absurd.treatment().calls(10, 11);
            watching.put(absurd, row("b", 0)).look(1, 3).look(1, 5);
            assertThat(logE()).isEqualTo(factors(factor(1, 5)).logE());
            assertThat(watching.evidence.losses())
                    .containsExactly("1 row of outcomes says what cannot be, and nothing of it was used");
            assertThat(watching.evidence.instances())
                    .as("it lives all the same")
                    .isEqualTo(2);
        }

        @Test
        void moreInstancesThanCanBeToldApartAreNotRemembered() {
            TestRow[] many = IntStream.range(0, Fleet.MOST + 10)
                    .mapToObj(i -> new TestRow("i" + i, 10, 0))
                    .toArray(TestRow[]::new);
            List<dev.flags.outcomes.OutcomeRow> rows =
                    List.of(many).stream().map(TestRow::row).toList();
            for (int look = 0; look < 3; look++) {
                watching.evidence.absorb(rows, watching.stageSince, TestRow.at(3 + look));
            }
            assertThat(watching.evidence.instances()).isZero();
            assertThat(watching.evidence.losses())
                    .containsExactly("10 rows of outcomes were not used: more than 5000 instances report");
        }
    }
}
