package dev.flags.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.rollout.Guard;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Instances: do they live, and are their breakers open? */
class FleetGuardTest {
    private final Watching watching = new Watching(
            Guard.parse("survivors: survivors < 80% for 1m -> rollback"),
            Guard.parse("breakers: breakers > 20% -> rollback"));
    private long next;

    /** Instances with these numbers report so many windows. */
    private Verdict report(int windows, int from, int to) {
        for (int i = 0; i < windows; i++, next++) {
            for (int instance = from; instance < to; instance++) {
                watching.put(new TestRow("i" + instance, 10, next));
            }
            watching.look(next + 1, 3);
            watching.verdict();
        }
        return watching.verdict();
    }

    /** Until the window before is closed, whoever is missing. */
    private Verdict settled() {
        return watching.look(next - 1 + IncomingRows.FINAL_AFTER, 0).verdict();
    }

    @Nested
    class Survivors {
        @Test
        void fewerThanFourInFiveIsHeldAtFirstAndThenActedOn() {
            assertThat(report(12, 0, 10).status()).isEqualTo(Status.HEALTHY);
            report(1, 0, 7);
            assertThat(settled().status()).as("one window proves nothing").isEqualTo(Status.UNSETTLED);
            report(1, 0, 7);
            Verdict verdict = settled();
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.action()).isEqualTo(Action.HOLD);
            assertThat(verdict.text())
                    .startsWith("7 instances report, there were 10; at least 80% must")
                    .contains("A deployment that takes instances away");
            watching.restarts = true;
            verdict = report(6, 0, 7);
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.action()).isEqualTo(Action.ROLL_BACK);
            assertThat(watching.evidence.instances()).isEqualTo(7);
        }

        @Test
        void whatAClimbKilledWasThereBeforeIt() {
            report(12, 0, 10);
            watching.stage(next);
            report(2, 0, 5);
            assertThat(settled().status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void eightOfTenAreEnough() {
            report(12, 0, 10);
            report(4, 0, 8);
            assertThat(settled().status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void asManyNewOnesAreAsGood() {
            report(12, 0, 10);
            for (int replaced = 1; replaced <= 10; replaced++) {
                // the old one and the new one report the window in which they change
                report(1, replaced - 1, replaced + 10);
                assertThat(report(2, replaced, replaced + 10).status()).isEqualTo(Status.HEALTHY);
            }
            assertThat(settled().status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void aDeploymentOfAllAtOnceCountsNobodyTwice() {
            report(12, 0, 10);
            report(1, 0, 20);
            assertThat(report(12, 10, 20).status()).isEqualTo(Status.HEALTHY);
        }

        /** Old ones, then old and new ones side by side, then the new ones alone. */
        private Verdict blueAndGreen() {
            report(12, 0, 10);
            assertThat(report(18, 0, 20).status()).isEqualTo(Status.HEALTHY);
            return report(3, 10, 20);
        }

        @Test
        void aDeploymentBesideTheOldOnesIsNoLossAndTheNewOnesAreWatchedForAWhile() {
            watching.restarts = true;
            Verdict verdict = blueAndGreen();
            assertThat(verdict.status()).isEqualTo(Status.UNSETTLED);
            assertThat(verdict.text()).contains("10 instances report, there were 10", "taken the place of old ones");
            for (int minute = 0; minute < 20; minute++) {
                assertThat(report(6, 10, 20).status()).isNotEqualTo(Status.BREACHED);
            }
            assertThat(watching.verdict().status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void theOldOnesMayGoOneAfterAnother() {
            report(12, 0, 10);
            report(18, 0, 20);
            for (int gone = 1; gone <= 10; gone++) {
                assertThat(report(8, gone, 20).status()).as(gone + " are gone").isNotEqualTo(Status.BREACHED);
            }
        }

        @Test
        void ofTheNewOnesAsManyMustLiveOn() {
            blueAndGreen();
            report(40, 10, 20);
            assertThat(watching.verdict().status()).isEqualTo(Status.HEALTHY);
            report(3, 10, 17);
            assertThat(settled().status()).isEqualTo(Status.BREACHED);
            assertThat(report(6, 10, 17).action()).isEqualTo(Action.ROLL_BACK);
        }

        @Test
        void aDeploymentOfTooFewIsALoss() {
            report(12, 0, 10);
            report(18, 0, 16);
            report(2, 10, 16);
            assertThat(settled().status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void newOnesThatVanishAreALossThoughAsManyAsBeforeAreLeft() {
            report(12, 0, 10);
            report(18, 0, 20);
            report(2, 0, 10);
            assertThat(settled().status()).isEqualTo(Status.BREACHED);
        }

        /** Processes that the new path ends as soon as somebody calls it, and that are started again at once, each time as another instance. */
        private Verdict endedAndStartedAgain(int windows, int atATime) {
            for (int i = 0; i < windows; i++) {
                int name = 1_000 + (int) next * 20;
                report(1, name, name + atATime);
            }
            return settled();
        }

        @Test
        void processesThatTheNewPathEndsAndThatAreStartedAgainUnderOtherNamesAreMissing() {
            report(12, 0, 10);
            watching.stage(next);
            assertThat(endedAndStartedAgain(3, 7).status()).isEqualTo(Status.BREACHED);
            endedAndStartedAgain(6, 7);
            assertThat(watching.verdict().action()).isEqualTo(Action.ROLL_BACK);
        }

        @Test
        void soTheyAreInTheMiddleOfADeployment() {
            report(12, 0, 10);
            report(18, 0, 20);
            watching.stage(next);
            assertThat(endedAndStartedAgain(3, 14).status()).isEqualTo(Status.BREACHED);
            endedAndStartedAgain(6, 14);
            assertThat(watching.verdict().action()).isEqualTo(Action.ROLL_BACK);
        }

        @Test
        void soTheyAreAfterADeployment() {
            blueAndGreen();
            watching.stage(next);
            assertThat(endedAndStartedAgain(3, 7).status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void newOnesThatEndAndAreStartedAgainWhileOldOnesGoAreNoDeployment() {
            report(12, 0, 10);
            report(18, 0, 24);
            for (int i = 0; i < 3; i++) {
                watching.put(new TestRow("again-" + 2 * i, 10, next), new TestRow("again-" + (2 * i + 1), 10, next));
                report(1, 10, 20); // of fourteen new ones four have ended
            }
            assertThat(settled().status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void aPathThatEndsOldAndNewOnesAlikeIsNoDeployment() {
            report(12, 0, 10);
            report(18, 0, 20);
            report(2, 5, 15); // five of each
            assertThat(settled().status()).isEqualTo(Status.BREACHED);
        }

        @Test
        void whenAllComeBackItIsOver() {
            report(12, 0, 10);
            report(4, 0, 5);
            assertThat(settled().status()).isEqualTo(Status.BREACHED);
            next += 2;
            assertThat(report(3, 0, 10).status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void rowsThatWereOnlyLateBringThemBack() {
            report(12, 0, 10);
            report(2, 0, 5);
            assertThat(settled().status()).isEqualTo(Status.BREACHED);
            for (int instance = 5; instance < 10; instance++) {
                watching.put(new TestRow("i" + instance, 10, next - 1), new TestRow("i" + instance, 10, next - 2));
            }
            assertThat(settled().status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void nobodyAtAllIsFewerToo() {
            report(12, 0, 3);
            assertThat(watching.look(next + 6, 0).verdict().status()).isEqualTo(Status.BREACHED);
            assertThat(watching.look(next + 12, 0).verdict().action()).isEqualTo(Action.ROLL_BACK);
        }

        @Test
        void whereNobodyEverReportedThereIsNoData() {
            assertThat(watching.look(5, 0).verdict().status()).isEqualTo(Status.UNSETTLED);
            assertThat(watching.look(10, 0).verdict().status()).isEqualTo(Status.NO_DATA);
        }
    }

    @Nested
    class Breakers {
        private Verdict diverted(int open, int of) {
            for (int instance = 0; instance < of; instance++) {
                TestRow row = new TestRow("i" + instance, 10, next);
                row.treatment().diverted(instance < open ? 5 : 0);
                watching.put(row);
            }
            watching.look(++next, 3);
            return watching.verdicts().get(1);
        }

        @Test
        void openOnesInMoreThanAFifthOfInstancesBreach() {
            assertThat(diverted(2, 10).status()).isEqualTo(Status.HEALTHY);
            Verdict verdict = diverted(3, 10);
            assertThat(verdict.status()).isEqualTo(Status.BREACHED);
            assertThat(verdict.action()).isEqualTo(Action.ROLL_BACK);
            assertThat(verdict.text()).isEqualTo("the breaker is open in 3 of 10 instances, threshold 20%");
        }

        @Test
        void itIsOverWhenNothingWasDivertedForThreeWindows() {
            diverted(5, 10);
            watching.restarts = true;
            assertThat(diverted(0, 10).status()).isEqualTo(Status.BREACHED);
            assertThat(diverted(0, 10).status()).isEqualTo(Status.BREACHED);
            assertThat(diverted(0, 10).status()).isEqualTo(Status.HEALTHY);
        }

        @Test
        void thoseOfTheStageBeforeProveNothing() {
            diverted(5, 10);
            watching.stage(next);
            assertThat(watching.verdicts().get(1).status()).isEqualTo(Status.UNSETTLED);
            assertThat(diverted(0, 10).status()).isEqualTo(Status.HEALTHY);
        }
    }
}
