package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.admin.KillScope;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.RolloutPlan;
import dev.flags.store.AuditEntry;
import dev.flags.store.ControllerRecords;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that go away, leases that are lost, processes that die, people who are quicker. */
class ControllerFailuresTest {
    private static final RolloutPlan PLAN =
            RolloutPlan.stages("10:15m,50:15m,100").build();
    private static final RolloutPlan SHORT =
            RolloutPlan.stages("10:1m,50:1m,100:1m").build();
    private static final Duration HOUR = Duration.ofHours(1);

    private final Scene scene = new Scene();
    private final Wire wire = new Wire();
    private final ControllerLoop controller = scene.controller(wire.over(scene.store));

    private void startAndReach(RolloutPlan plan, int percent) {
        scene.start(plan);
        assertThat(scene.until(() -> scene.percentage().equals(Percentage.of(percent)), HOUR))
                .as(scene::stands)
                .isTrue();
    }

    private void tickInVain() {
        scene.clock.pass(Scene.TICK);
        assertThatThrownBy(controller::tick).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void whileTheStoreIsAwayExposureFreezesAndTheGapCountsForNoBake() {
        startAndReach(PLAN, 10);
        scene.run(Duration.ofMinutes(5));
        Duration healthy = scene.watch().healthy();
        wire.down(call -> true);
        for (int i = 0; i < 600; i++) {
            tickInVain();
        }
        wire.up();
        scene.run(Duration.ofSeconds(30));
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
        assertThat(scene.watch().healthy()).isLessThan(healthy.plusSeconds(40));
    }

    @Test
    void aRollbackThatIsDueIsTriedUntilItIsConfirmedAlsoWhenItsCauseIsOver() {
        startAndReach(PLAN, 10);
        scene.run(Duration.ofMinutes(1));
        wire.down(call -> call.equals("commit"));
        scene.answers.measured.clear();
        scene.application.treatmentFails(0.6);
        assertThatThrownBy(() -> scene.run(Duration.ofMinutes(5))).isInstanceOf(StoreUnavailableException.class);
        scene.application.treatmentFails(0.0);
        for (int i = 0; i < 20; i++) {
            tickInVain();
        }
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
        assertThat(scene.watch().notes()).anyMatch(note -> note.contains("not confirmed"));
        wire.up();
        scene.run(Duration.ofSeconds(4));
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 0%");
    }

    @Test
    void aRollbackWhoseAnswerWasLostIsReadBackAndNotMadeTwice() {
        startAndReach(PLAN, 10);
        scene.run(Duration.ofMinutes(1));
        scene.application.treatmentFails(0.6);
        wire.answersLost(call -> call.equals("commit"));
        assertThatThrownBy(() -> scene.run(Duration.ofMinutes(5))).isInstanceOf(StoreUnavailableException.class);
        assertThat(scene.stands()).isEqualTo("ROLLING_BACK 0%");
        wire.up();
        scene.run(Duration.ofSeconds(4));
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 0%");
        assertThat(scene.steps()).containsOnlyOnce("rollout roll back");
    }

    @Test
    void aRaiseThatIsTriedAgainIsToldOnce() {
        scene.start(RolloutPlan.stages("10:1m,50:1m,100:1m")
                .hook(HookUse.Event.BEFORE_RAISE, "channel")
                .build());
        scene.run(Duration.ofSeconds(30));
        wire.down(call -> call.equals("commit"));
        for (int i = 0; i < 30; i++) {
            scene.clock.pass(Scene.TICK);
            scene.application.report();
            try {
                controller.tick();
            } catch (StoreUnavailableException e) {
                // the raise is due
            }
        }
        wire.up();
        scene.run(Duration.ofSeconds(10));
        assertThat(scene.stands()).isEqualTo("RUNNING 50%");
        assertThat(scene.called.calls).containsExactly("channel BEFORE_RAISE 10%→50%");
    }

    @Test
    void aRollbackWaitsForNoRecord() {
        startAndReach(PLAN, 10);
        scene.run(Duration.ofMinutes(1));
        scene.application.treatmentFails(0.6);
        wire.down(call -> call.equals("write"));
        for (int i = 0; i < 300 && scene.run().state() == State.RUNNING; i++) {
            scene.clock.pass(Scene.TICK);
            scene.application.report();
            assertThatThrownBy(controller::tick).isInstanceOf(StoreUnavailableException.class);
        }
        assertThat(scene.stands()).isEqualTo("ROLLING_BACK 0%");
    }

    /** How many ticks from a fault to the tick that rolls back; the same in each scene, for nothing is left to chance. */
    private static int ticksToARollback(Scene scene) {
        scene.application.treatmentFails(0.6);
        int ticks = 0;
        while (scene.run().state() == State.RUNNING) {
            scene.tick();
            ticks++;
        }
        return ticks;
    }

    /** Only the next tick is to take the step. */
    private void startAndReachTheTickOfARollback() {
        Scene rehearsal = new Scene();
        rehearsal.controller();
        rehearsal.start(PLAN);
        rehearsal.run(Duration.ofMinutes(1));
        int ticks = ticksToARollback(rehearsal);

        scene.start(PLAN);
        scene.run(Duration.ofMinutes(1));
        scene.application.treatmentFails(0.6);
        scene.run(Scene.TICK.multipliedBy(ticks - 1));
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
    }

    @Test
    void whoHasLostTheLeaseBeforeItWroteTakesNoStep() {
        startAndReachTheTickOfARollback();
        // at the very tick of the step another takes the lease, and this one does not know yet
        wire.before("write", () -> {
            ControllerRecords records = scene.store.controllerRecords().orElseThrow();
            records.release(records.holder().orElseThrow());
            records.acquire("another", Duration.ofDays(1));
        });
        scene.run(Duration.ofMinutes(1));
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
    }

    @Test
    void aRollbackOfOneWhoHasJustLostTheLeaseIsMadeByTheNextHolder() {
        startAndReachTheTickOfARollback();
        ControllerLoop next = scene.controller();
        wire.before("write", () -> {
            ControllerRecords records = scene.store.controllerRecords().orElseThrow();
            records.release(records.holder().orElseThrow());
            assertThat(records.acquire("a third, which dies", Duration.ofSeconds(1)))
                    .isPresent();
        });
        scene.clock.pass(Scene.TICK);
        controller.tick(); // which decides on the rollback, and may not write what justifies it
        scene.dies(controller);
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
        scene.tick();
        assertThat(next.watching()).isEqualTo(1);
        scene.tick();
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 0%");
        assertThat(scene.steps()).containsOnlyOnce("rollout roll back");
    }

    @Test
    void aKillInTheMiddleOfAnAdvanceWins() {
        startAndReach(SHORT, 10);
        wire.before("commit", () -> scene.admin.kill(new KillScope.Keys(List.of(Scene.KEY)), Scene.BECAUSE));
        scene.run(Duration.ofMinutes(5));
        assertThat(scene.run().state()).isEqualTo(State.KILLED);
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
    }

    @Test
    void evidenceThatHasBecomeOldBeforeTheCommitRaisesNothing() {
        startAndReach(SHORT, 10);
        // the process stands still between its decision and its commit, and nobody else moved anything meanwhile
        wire.before("commit", () -> scene.clock.pass(Duration.ofSeconds(31)));
        long revision = scene.store.head().revision();
        assertThat(scene.until(() -> wire.calls.getOrDefault("commit", 0) > 1, Duration.ofMinutes(5)))
                .isTrue();
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
        assertThat(scene.store.head().revision()).isEqualTo(revision);
        assertThat(scene.until(() -> scene.percentage().equals(Percentage.of(50)), Duration.ofMinutes(5)))
                .isTrue();
    }

    /** The process ends at a random one of its calls, before or after that has arrived, again and again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whereverControllersDieNoStageIsSkippedNoneRaisedTwiceAndNoBakeShortened(long seed) {
        Random random = new Random(seed);
        scene.dies(controller);
        scene.start(SHORT);
        Wire dying = new Wire();
        ControllerLoop working = scene.controller(dying.over(scene.store));
        int deaths = 0;
        for (int i = 0; i < 1_500 && !scene.run().state().isFinal(); i++) {
            if (random.nextInt(8) == 0) {
                dying.diesAt(1 + random.nextInt(12), random.nextBoolean());
            }
            try {
                scene.tick();
            } catch (Wire.Death e) {
                deaths++;
                scene.dies(working);
                dying = new Wire();
                working = scene.controller(dying.over(scene.store));
            }
        }
        assertThat(deaths).isGreaterThan(3);
        assertThat(scene.run().state()).as(scene::stands).isEqualTo(State.COMPLETED);
        requireHonestClimb(scene, Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whereverControllersDieADueRollbackHappens(long seed) {
        Random random = new Random(seed);
        startAndReach(SHORT, 10);
        scene.dies(controller);
        scene.application.treatmentFails(0.6);
        Wire dying = new Wire();
        ControllerLoop working = scene.controller(dying.over(scene.store));
        for (int i = 0; i < 600 && !scene.run().state().isFinal(); i++) {
            if (random.nextInt(12) == 0) {
                dying.diesAt(1 + random.nextInt(10), random.nextBoolean());
            }
            try {
                scene.tick();
            } catch (Wire.Death e) {
                scene.dies(working);
                dying = new Wire();
                working = scene.controller(dying.over(scene.store));
            }
        }
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 0%");
        assertThat(scene.steps()).containsOnlyOnce("rollout roll back");
    }

    static void requireHonestClimb(Scene scene, Duration bake) {
        Set<Integer> reached = new HashSet<>();
        int expected = 0;
        java.time.Instant raised = null;
        for (AuditEntry entry : scene.history()) {
            if (entry.action().equals("rollout advance")) {
                int stage = ((Number) ((java.util.Map<?, ?>)
                                        ((java.util.Map<?, ?>) entry.after().get(Scene.KEY)).get("rollout"))
                                .get("stage"))
                        .intValue();
                assertThat(stage).as("no stage is skipped").isEqualTo(expected++);
                assertThat(reached.add(stage)).as("none is raised twice").isTrue();
                if (raised != null) {
                    assertThat(Duration.parse((String) entry.details().get("observed")))
                            .isGreaterThanOrEqualTo(bake);
                    assertThat(Duration.between(raised, entry.at())).isGreaterThanOrEqualTo(bake);
                }
                raised = entry.at();
            }
        }
        assertThat(expected).isEqualTo(3);
        assertThat(scene.store.verify().intact()).isTrue();
    }

    private void startFiveHundred() {
        for (int i = 0; i < 500; i++) {
            String key = "flag-" + i;
            scene.admin.create(FlagDefinition.builder(key).build(), Scene.BECAUSE);
            scene.people.start(key, PLAN, Scene.BECAUSE);
        }
    }

    @Test
    void whoTakesOverFiveHundredRolloutsAsksForTheirRecordsAtOnceAndLoadsTheFlagsOnce() {
        startFiveHundred();
        scene.tick();
        scene.tick();
        scene.dies(controller);
        controller.release();
        ControllerLoop successor = scene.controller(wire.over(scene.store));
        wire.calls.clear();
        successor.tick();
        assertThat(successor.watching()).isEqualTo(500);
        assertThat(wire.calls)
                .as("calls of its first tick")
                .doesNotContainKeys("read", "flags", "flag", "settings", "commit")
                .containsEntry("load", 1)
                .containsEntry("readAll", 2); // records, and outcomes
    }

    @Test
    void aTickOfFiveHundredRolloutsTakesAFewWritesAndLoadsNothingThatHasNotChanged() {
        startFiveHundred();
        controller.tick(); // takes the lease, begins all of them
        controller.tick();
        wire.calls.clear();
        scene.clock.pass(Scene.TICK);
        controller.tick();
        assertThat(wire.calls)
                .as("calls of one tick")
                .doesNotContainKeys("load", "flags", "flag", "commit", "settings", "read")
                .containsEntry("readAll", 1)
                .containsEntry("head", 1)
                .containsEntry("now", 1);
        assertThat(wire.calls.getOrDefault("write", 0)).isLessThanOrEqualTo(1);
        assertThat(scene.store.flag("flag-499").definition().orElseThrow().percentage())
                .isEqualTo(Percentage.of(10));
    }

    @Test
    void whatIsScheduledIsMadeAtItsTime() {
        scene.admin.schedule(Scene.KEY, Percentage.of(25), scene.clock.instant().plusSeconds(60), Scene.BECAUSE);
        scene.run(Duration.ofSeconds(58));
        assertThat(scene.percentage()).isEqualTo(Percentage.ZERO);
        scene.run(Duration.ofSeconds(4));
        assertThat(scene.percentage()).isEqualTo(Percentage.of(25));
        assertThat(scene.store.settings().scheduled()).isEmpty();
    }

    @Test
    void aRecordThatNobodyCanReadMakesTheBakeLongerAndNeverShorter() {
        startAndReach(SHORT, 10);
        scene.run(Duration.ofSeconds(40));
        controller.release();
        scene.dies(controller);
        ControllerRecords records = scene.store.controllerRecords().orElseThrow();
        dev.flags.store.ControllerRecords.Lease lease =
                records.acquire("vandal", Duration.ofSeconds(1)).orElseThrow();
        records.write(lease, java.util.Map.of(Scene.KEY, java.util.Optional.of("{\"schema\": 7}")));
        records.release(lease);
        java.time.Instant begun = scene.clock.instant();
        scene.controller();
        assertThat(scene.until(() -> scene.percentage().equals(Percentage.of(50)), HOUR))
                .isTrue();
        assertThat(Duration.between(begun, scene.clock.instant())).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
    }
}
