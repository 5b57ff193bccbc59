package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.UserHashes;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a controller writes where as many users have failed, were slow and are followed as it remembers. */
class RecordSizeTest {
    private static final int ROLLOUTS = 10;
    /** Both arms fail alike, and what only holds is as good as anything else here. */
    private static final RolloutPlan PLAN = RolloutPlan.stages("50:1h,100")
            .withoutDefaultGuards()
            .guard("failures worse than control -> hold")
            .guard("latency worse than control -> hold")
            .build();

    private final Scene scene = new Scene();
    private final Wire wire = new Wire();
    private final SplittableRandom random = new SplittableRandom(7);

    @BeforeEach
    void aControllerIsThere() {
        scene.controller(wire.over(scene.store));
    }

    private UserHashes users(int count) {
        return UserHashes.of(random.longs(count).toArray());
    }

    private OutcomeRow.Arm arm(Duration bound) {
        return new OutcomeRow.Arm(
                100_000,
                users(8_192),
                100_000,
                8_192,
                Map.of(),
                0,
                List.of(new OutcomeRow.Bound(bound, 100_000, 2_048, users(2_048))),
                new TreeMap<>(),
                users(1_024));
    }

    @Test
    void recordsOfManyFullRolloutsAreWrittenInTurnsAndNoneIsForgotten() {
        for (int i = 0; i < ROLLOUTS; i++) {
            scene.admin.create(FlagDefinition.builder("flag-" + i).build(), Scene.BECAUSE);
            scene.people.start("flag-" + i, PLAN, Scene.BECAUSE);
        }
        scene.run(Duration.ofSeconds(10));
        for (int window = 0; window < 2; window++) {
            Instant begin = Instant.ofEpochMilli(scene.clock.instant().toEpochMilli() / 10_000 * 10_000);
            for (int i = 0; i < ROLLOUTS; i++) {
                String key = "flag-" + i;
                scene.store
                        .outcomes()
                        .orElseThrow()
                        .put(List.of(new OutcomeRow(
                                key,
                                scene.store.flag(key).rollout().orElseThrow().id(),
                                "one",
                                Percentage.of(50),
                                begin,
                                0,
                                0,
                                arm(Duration.ofMillis(300)),
                                arm(Duration.ofMillis(300)))));
            }
            scene.run(OutcomeRow.WINDOW);
        }
        scene.run(Duration.ofSeconds(20));
        String record =
                scene.store.controllerRecords().orElseThrow().read("flag-7").orElseThrow();
        assertThat(record.length()).isBetween(120_000, 160_000);

        Set<String> written = new HashSet<>();
        Instant since = scene.clock.instant();
        for (int tick = 0; tick < 2; tick++) {
            wire.written = 0;
            scene.tick();
            assertThat(wire.written).isBetween(1_000_000L - 160_000, 1_000_000L + 160_000);
        }
        for (int i = 0; i < ROLLOUTS; i++) {
            String key = "flag-" + i;
            if (RunWatch.read(scene.store, key).orElseThrow().at().isAfter(since)) {
                written.add(key);
            }
        }
        assertThat(written).hasSize(ROLLOUTS);
    }
}
