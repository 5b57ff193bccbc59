package dev.flags.rollout.controller;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.rollout.Guard;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RolloutPlanBuilder;
import dev.flags.rollout.Severity;
import dev.flags.rollout.StepBack;
import dev.flags.rollout.controller.Life.Act;
import dev.flags.rollout.controller.Life.Tempo;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three controllers as real processes on real stores, which are killed, stopped and cut off at random while a rollout goes on, and so are
 * the stores; then the audit log is asked whether it was an honest climb, and whether what was due has happened.
 *
 * <p>In {@code mvn verify} controllers are quick. As in production, with the default guards and absences of a minute: {@code mvn -Dfast -pl
 * flags-rollout -am test -Dtest=ControllerProcessesTest -Dcontroller.long=true -Dsurefire.failIfNoSpecifiedTests=false}, which takes half an
 * hour. {@code -Dcontroller.seed=7} repeats one.
 */
@Execution(ExecutionMode.CONCURRENT)
class ControllerProcessesTest {
    private static final Guard LIVES =
            new Guard.Survivors("lives", 0.8, Duration.ofSeconds(10), Severity.HIGH, Action.HOLD);
    private static final Guard CODES =
            new Guard.CriticalCodes("codes", Set.of(Life.CODE), Severity.CRITICAL, Action.ROLL_BACK);

    /** So that a fault finds it under way, however slow this machine is. */
    private static final Duration WITHOUT_END = Duration.ofDays(1);

    /** Part of {@code mvn verify}. */
    @ParameterizedTest
    @EnumSource(Ground.Kind.class)
    @DisabledIfSystemProperty(
            named = "controller.long",
            matches = "true",
            disabledReason = "the long form is asked for")
    @Retention(RetentionPolicy.RUNTIME)
    @interface Quick {}

    /** The long form. */
    @ParameterizedTest
    @EnumSource(value = Ground.Kind.class, names = "SQLITE", mode = EnumSource.Mode.EXCLUDE)
    @EnabledIfSystemProperty(named = "controller.long", matches = "true", disabledReason = "takes half an hour")
    @Retention(RetentionPolicy.RUNTIME)
    @interface InRealTime {}

    @TempDir
    Path directory;

    @Quick
    void aHealthyRolloutIsCompletedAndItsLogIsHonest(Ground.Kind kind) {
        long seed = seed(kind, 11);
        try (Ground ground = kind.open(directory, true)) {
            try (Life life = new Life(ground, directory, tempo(ground), seed, plan(ground, bake(ground), LIVES))) {
                life.happens(List.of(Act.values()));
                life.isCompletedHonestly(bake(ground));
            }
        }
    }

    @Quick
    void aRollbackThatIsDueWhileTheStoreIsAwayComesWhenItIsBack(Ground.Kind kind) {
        long seed = seed(kind, 21);
        try (Ground ground = kind.open(directory, true)) {
            RolloutPlan plan = plan(ground, WITHOUT_END, LIVES, CODES);
            try (Life life = new Life(ground, directory, tempo(ground), seed, plan)) {
                life.happens(List.of(Act.STOP_THE_LEADER, Act.KILL_A_CONTROLLER));
                life.isRolledBackAlthoughTheStoreIsAway(new Random(seed).nextBoolean(), bake(ground));
            }
        }
    }

    @InRealTime
    void aHealthyRolloutInRealTimeWithAbsencesOfAMinute(Ground.Kind kind) {
        long seed = seed(kind, System.nanoTime());
        Duration bake = Duration.ofMinutes(2);
        RolloutPlan plan = plan("10:2m,50:2m,100:2m", bake);
        try (Ground ground = kind.open(directory, false);
                Life life = new Life(ground, directory, aMinute(), seed, plan)) {
            life.happens(List.of(Act.values()));
            life.happens(List.of(Act.values()));
            life.isCompletedHonestly(bake);
        }
    }

    @InRealTime
    void aRollbackInRealTimeThatIsDueWhileTheStoreIsAwayForAMinute(Ground.Kind kind) {
        long seed = seed(kind, System.nanoTime());
        try (Ground ground = kind.open(directory, false);
                Life life =
                        new Life(ground, directory, aMinute(), seed, plan("10:2m,50:2m,100:2m", WITHOUT_END, CODES))) {
            life.happens(List.copyOf(EnumSet.complementOf(EnumSet.of(Act.STOP_THE_STORE))));
            life.isRolledBackAlthoughTheStoreIsAway(new Random(seed).nextBoolean(), Duration.ofMinutes(2));
        }
    }

    private static long seed(Ground.Kind kind, long otherwise) {
        long seed = Long.getLong("controller.seed", otherwise);
        System.err.println("[controllers] " + kind + ", seed " + seed);
        return seed;
    }

    /** As short as it can be: ten seconds of this machine's clock. */
    private static Duration bake(Ground ground) {
        return Duration.ofSeconds(10).multipliedBy(ground.place().pace());
    }

    /** At a faster clock a stage has whole windows of outcomes in it. */
    private static RolloutPlan plan(Ground ground, Duration soak, Guard... guards) {
        return ground.place().pace() > 1
                ? plan("10:40s,50:40s,100:40s", soak, guards)
                : plan(bake(ground), soak, guards);
    }

    /** Longer than a lease, and than what of a gap may count. */
    private static Tempo tempo(Ground ground) {
        int times = ground.place().pace();
        return new Tempo(
                Duration.ofSeconds(4).multipliedBy(times),
                Duration.ofSeconds(6).multipliedBy(times),
                Duration.ofSeconds(2).multipliedBy(times));
    }

    private static Tempo aMinute() {
        return new Tempo(Duration.ofMinutes(1), Duration.ofSeconds(70), Duration.ofSeconds(30));
    }

    /** With the guards that a plan has by default, but for those that these replace. */
    private static RolloutPlan plan(String stages, Duration soak, Guard... guards) {
        RolloutPlanBuilder plan = RolloutPlan.stages(stages).soak(soak);
        List.of(guards).forEach(plan::guard);
        return plan.build();
    }

    /** With guards that need no whole windows of outcomes in each stage, whose bakes can be as short as a bake can. */
    private static RolloutPlan plan(Duration bake, Duration soak, Guard... guards) {
        return new RolloutPlan(
                List.of(
                        new Stage(Percentage.of(10), bake),
                        new Stage(Percentage.of(50), bake),
                        new Stage(Percentage.FULL, bake)),
                List.of(guards),
                List.of(),
                List.of(),
                List.of(),
                StepBack.DEFAULT,
                Percentage.ZERO,
                soak,
                RolloutPlan.Missing.HOLD);
    }
}
