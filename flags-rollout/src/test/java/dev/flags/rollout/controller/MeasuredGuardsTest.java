package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.RolloutPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** For how long a measurement has been beyond its bound, whoever looks. */
class MeasuredGuardsTest {
    private static final RolloutPlan FOR_FIVE_MINUTES = RolloutPlan.stages("10:15m,50:15m,100")
            .guard("measure orphaned_rows > 0 for 5m -> rollback")
            .build();

    private final Scene scene = new Scene();
    private final Queue<Runnable> questions = new ArrayDeque<>();
    private ControllerLoop controller = scene.controller(questions);

    /** Answers come after the tick that has asked. */
    private void run(Duration time) {
        for (long i = 0; i < time.dividedBy(Scene.TICK); i++) {
            scene.tick();
            for (int waiting = questions.size(); waiting > 0; waiting--) {
                questions.remove().run();
            }
        }
    }

    private Duration untilRolledBack(Instant from) {
        for (int i = 0; i < 1_000 && scene.run().state() == State.RUNNING; i++) {
            run(Scene.TICK);
        }
        assertThat(scene.run().why()).contains("orphaned_rows is 3");
        return Duration.between(from, scene.clock.instant());
    }

    private Instant isBeyondItsBound() {
        scene.answers.measured.put("orphaned_rows", 0.0);
        scene.start(FOR_FIVE_MINUTES);
        run(Duration.ofMinutes(1));
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
        scene.answers.measured.put("orphaned_rows", 3.0);
        return scene.clock.instant();
    }

    @Test
    void whoTakesOverGoesOnCountingThoughItHasToAskFirst() {
        Instant beyond = isBeyondItsBound();
        run(Duration.ofMinutes(4));
        scene.dies(controller);
        questions.clear();
        controller = scene.controller(questions);
        assertThat(untilRolledBack(beyond)).isBetween(Duration.ofMinutes(5), Duration.ofSeconds(320));
    }

    @Test
    void aTimeInWhichNobodyLookedIsNotPartOfIt() {
        Instant beyond = isBeyondItsBound();
        run(Duration.ofMinutes(4));
        scene.dies(controller);
        questions.clear();
        run(Duration.ofMinutes(2));
        controller = scene.controller(questions);
        assertThat(untilRolledBack(beyond)).isGreaterThan(Duration.ofMinutes(11));
    }
}
