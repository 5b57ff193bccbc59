package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.admin.KillScope;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.AbortTo;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RolloutPlanBuilder;
import dev.flags.rollout.checks.Hooks;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What hooks are told, when, and how often. */
class HooksStoryTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Scene scene = new Scene();
    private final ControllerLoop controller = scene.controller();

    private static RolloutPlanBuilder plan() {
        return RolloutPlan.stages("10:1m,50:1m,100:1m");
    }

    private static RolloutPlan telling() {
        return plan().hook(new HookUse(HookUse.Event.START, "channel", false))
                .hook(new HookUse(HookUse.Event.BEFORE_RAISE, "channel", false))
                .hook(new HookUse(HookUse.Event.ROLLED_BACK, "channel", false))
                .hook(new HookUse(HookUse.Event.COMPLETED, "channel", false))
                .build();
    }

    private void startAndReach(RolloutPlan plan, int percent) {
        scene.start(plan);
        assertThat(scene.until(() -> scene.percentage().equals(Percentage.of(percent)), HOUR))
                .as(scene::stands)
                .isTrue();
    }

    @Test
    void aClimbIsToldFromItsStartToItsEndEachEventOnce() {
        scene.start(telling());
        assertThat(scene.until(State.COMPLETED, HOUR)).isTrue();
        scene.run(Duration.ofMinutes(1));
        assertThat(scene.called.calls)
                .containsExactly(
                        "channel START 0%→10%",
                        "channel BEFORE_RAISE 10%→50%", "channel BEFORE_RAISE 50%→100%", "channel COMPLETED 0%→100%");
    }

    @Test
    void anAbortAndAKillByPeopleAreToldLikeARollback() {
        startAndReach(telling(), 50);
        scene.people.abort(Scene.KEY, AbortTo.zero(), Scene.BECAUSE);
        scene.run(Duration.ofSeconds(10));
        assertThat(scene.called.calls).endsWith("channel ROLLED_BACK 50%→0%");
        assertThat(scene.called.all.get(scene.called.all.size() - 1).actor()).isEqualTo("ada");

        startAndReach(telling(), 10);
        scene.admin.kill(new KillScope.Keys(List.of(Scene.KEY)), Scene.BECAUSE);
        scene.run(Duration.ofSeconds(10));
        assertThat(scene.called.calls).endsWith("channel ROLLED_BACK 10%→0%");
    }

    @Test
    void theEndOfARunIsToldAlsoWhenAnotherRunHasTakenItsPlaceBeforeAnybodyLooked() {
        startAndReach(telling(), 50);
        scene.run(Duration.ofSeconds(10));
        String first = scene.run().id();
        controller.release();
        scene.dies(controller);
        scene.people.abort(Scene.KEY, AbortTo.zero(), Scene.BECAUSE);
        scene.people.retry(Scene.KEY, Scene.BECAUSE);
        scene.controller();
        scene.run(Duration.ofSeconds(10));
        assertThat(scene.called.all)
                .filteredOn(call -> call.event() == HookUse.Event.ROLLED_BACK)
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.run()).isEqualTo(first);
                    assertThat(call.from()).isEqualTo(Percentage.of(50));
                    assertThat(call.actor()).isEqualTo("ada");
                });
    }

    @Test
    void aHookThatFailsIsCalledAgainWithTheSameIdUntilItSucceeds() {
        scene.called.refuses = "the channel is down";
        startAndReach(telling(), 10);
        scene.run(Duration.ofSeconds(20));
        List<Hooks.Call> failed = List.copyOf(scene.called.all);
        assertThat(failed).hasSizeBetween(3, 6);
        assertThat(failed).extracting(Hooks.Call::id).containsOnly(failed.get(0).id());
        assertThat(scene.watch().notes()).anyMatch(note -> note.contains("the channel is down"));

        // another controller goes on with it
        controller.release();
        scene.dies(controller);
        scene.controller();
        scene.called.refuses = "";
        scene.run(Duration.ofSeconds(30));
        int calls = scene.called.calls.size();
        assertThat(calls).isEqualTo(failed.size() + 1);
    }

    @Test
    void aHookThatFailsForADayIsGivenUpWithANote() {
        scene.called.refuses = "the channel is down";
        startAndReach(
                plan().hook(new HookUse(HookUse.Event.ROLLED_BACK, "channel", false))
                        .build(),
                10);
        scene.people.abort(Scene.KEY, AbortTo.zero(), Scene.BECAUSE);
        scene.application.lives(0);
        scene.run(Duration.ofMinutes(10));
        int calls = scene.called.calls.size();
        assertThat(calls).isBetween(5, 15);
        for (int i = 0; i < 26 * 6; i++) {
            scene.clock.pass(Duration.ofMinutes(10));
            scene.tick();
        }
        assertThat(scene.watch().notes()).anyMatch(note -> note.contains("given up after a day"));
        calls = scene.called.calls.size();
        scene.run(Duration.ofMinutes(10));
        assertThat(scene.called.calls).hasSize(calls);
    }

    @Test
    void aGateThatRefusesBlocksTheStart() {
        scene.called.refuses = "the change freeze is on";
        scene.start(
                plan().hook(new HookUse(HookUse.Event.START, "freeze", true)).build());
        scene.run(Duration.ofSeconds(10));
        assertThat(scene.stands()).isEqualTo("BLOCKED 0%");
        assertThat(scene.run().why()).isEqualTo("the change freeze is on");
    }

    @Test
    void aGateBeforeARaiseIsAskedAgainAfterARefusalAndOncePerRaise() {
        startAndReach(
                plan().hook(new HookUse(HookUse.Event.BEFORE_RAISE, "freeze", true))
                        .build(),
                10);
        assertThat(scene.called.calls).containsExactly("freeze START 0%→10%");
        scene.called.refuses = "the change freeze is on";
        scene.run(Duration.ofMinutes(5));
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
        assertThat(scene.watch().notes()).anyMatch(note -> note.contains("the change freeze is on"));
        int asked = scene.called.calls.size();
        assertThat(asked).isBetween(4, 12);
        scene.called.refuses = "";
        assertThat(scene.until(() -> scene.percentage().equals(Percentage.of(50)), Duration.ofMinutes(1)))
                .isTrue();
        assertThat(scene.called.calls).hasSize(asked + 1);
    }
}
