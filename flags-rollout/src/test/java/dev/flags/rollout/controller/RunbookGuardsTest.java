package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.AbortTo;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RolloutPlanBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What docs/runbooks.md promises of guards and plans, with the very texts that stand on that page, on a clock that the test moves. That
 * each command of the page can be given, a test of the command line sees to.
 */
class RunbookGuardsTest {
    private static final Pattern RULE = Pattern.compile("--(?:guard|advance) \"([^\"]+)\"");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration A_WINDOW_AND_A_BIT = Duration.ofMinutes(2);

    private final Scene scene = new Scene();

    @BeforeEach
    void aControllerIsThere() {
        scene.controller();
        scene.application.everythingFails(0.002);
    }

    /** A rule of the page. */
    private static String rule(String text) throws IOException {
        List<String> rules = RULE.matcher(Files.readString(Path.of("../docs/runbooks.md")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
        assertThat(rules).contains(text);
        return text;
    }

    private static RolloutPlanBuilder stages() {
        return RolloutPlan.stages("10:15m,50:15m,100");
    }

    /** Starts, and goes on until it serves so much and has done so for a while. */
    private void startAndReach(RolloutPlan plan, int percent) {
        scene.start(plan);
        assertThat(scene.until(() -> scene.percentage().equals(Percentage.of(percent)), HOUR))
                .as(scene::stands)
                .isTrue();
        scene.run(A_WINDOW_AND_A_BIT);
    }

    /** How long it takes from now until the run is in a state. */
    private Duration until(State state) {
        Instant from = scene.clock.instant();
        assertThat(scene.until(state, HOUR)).as(scene::stands).isTrue();
        return Duration.between(from, scene.clock.instant());
    }

    @Test
    void tenFiftyHundredWithFifteenMinutesOfWatchingAtEach() {
        Instant begun = scene.clock.instant();
        scene.start(stages().build());
        assertThat(scene.until(() -> scene.percentage().isFull(), HOUR)).isTrue();
        assertThat(Duration.between(begun, scene.clock.instant()))
                .isBetween(Duration.ofMinutes(30), Duration.ofMinutes(35));
    }

    @Test
    void theCanaryServesFivePercentForAnHourAndThenEverybody() {
        startAndReach(RolloutPlan.preset("canary").build(), 5);
        Instant begun = scene.clock.instant();
        assertThat(scene.until(() -> scene.percentage().isFull(), Duration.ofHours(2)))
                .isTrue();
        assertThat(Duration.between(begun, scene.clock.instant()))
                .isBetween(Duration.ofMinutes(57), Duration.ofMinutes(65));
    }

    @Test
    void anErrorRateAboveFivePercentForFiveMinutesRollsBack() throws IOException {
        startAndReach(stages().guard(rule("error-rate > 5% for 5m -> rollback")).build(), 10);
        scene.application.everythingFails(0.08);
        assertThat(until(State.ROLLED_BACK)).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(8));
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 0%");
        assertThat(scene.run().why()).contains("error-rate");
    }

    @Test
    void aSlowTailForTenMinutesRollsBack() throws IOException {
        startAndReach(stages().guard(rule("p95 > 20s for 10m -> rollback")).build(), 10);
        scene.application.treatmentIsSlow(0.12);
        assertThat(until(State.ROLLED_BACK)).isLessThan(Duration.ofMinutes(13));
        assertThat(scene.run().why()).contains("p95");
    }

    @Test
    void aTailAboveThreeSecondsHoldsUntilItIsHealthyAgain() throws IOException {
        startAndReach(stages().guard(rule("p95 > 3000ms for 10m -> hold")).build(), 10);
        scene.application.treatmentIsSlow(0.12);
        until(State.HOLDING);
        assertThat(scene.stands()).isEqualTo("HOLDING 10%");
        scene.application.treatmentIsSlow(0);
        until(State.RUNNING);
    }

    @Test
    void anAvailabilityBelowNinetyNinePercentRollsBack() throws IOException {
        startAndReach(
                stages().guard(rule("availability < 99% for 5m -> rollback")).build(), 10);
        scene.application.everythingFails(0.03);
        until(State.ROLLED_BACK);
    }

    @Test
    void oneCriticalCodeRollsBackAtOnce() throws IOException {
        startAndReach(
                stages().guard(rule("code DATABASE_CONNECTION_LOST,ORPHANED_ROWS -> rollback"))
                        .build(),
                10);
        scene.application.fails("ORPHANED_ROWS");
        assertThat(until(State.ROLLED_BACK)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void openBreakersInMoreThanAFifthOfTheInstancesRollBack() throws IOException {
        startAndReach(stages().guard(rule("breakers > 20% -> rollback")).build(), 10);
        scene.application.breakersOpen(1);
        scene.run(A_WINDOW_AND_A_BIT);
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
        scene.application.breakersOpen(2);
        assertThat(until(State.ROLLED_BACK)).isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void theNewPathFailingMoreThanATenthRollsBack() throws IOException {
        startAndReach(
                stages().guard(rule("error-rate > 10% for 1m -> rollback")).build(), 10);
        scene.application.everythingFails(0.15);
        assertThat(until(State.ROLLED_BACK)).isLessThan(Duration.ofMinutes(3));
    }

    @Test
    void betweenTheTwoThresholdsItStaysWhereItIs() throws IOException {
        startAndReach(
                stages().advance(rule("error-rate < 1%"))
                        .advance(rule("p95 < 10s"))
                        .guard(rule("error-rate > 5% for 5m -> rollback"))
                        .build(),
                10);
        scene.application.everythingFails(0.03);
        scene.run(HOUR);
        assertThat(scene.stands()).isEqualTo("RUNNING 10%");
    }

    @Test
    void aStepBackStaysAtTheFirstLevelThatIsHealthy() throws IOException {
        startAndReach(
                stages().guard(rule("error-rate > 5% for 5m -> step-back")).build(), 50);
        scene.application.everythingFails(0.08);
        until(State.ROLLING_BACK);
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
        scene.application.everythingFails(0.002);
        until(State.ROLLED_BACK);
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 10%");
    }

    @Test
    void aGradualAbortGoesDownToNobodyWhereNoLevelIsHealthy() throws IOException {
        startAndReach(
                stages().guard(rule("error-rate > 5% for 5m -> step-back")).build(), 50);
        scene.application.everythingFails(0.2);
        scene.people.abort(Scene.KEY, AbortTo.gradually(), Scene.BECAUSE);
        assertThat(scene.percentage()).isEqualTo(Percentage.of(10));
        until(State.ROLLED_BACK);
        assertThat(scene.stands()).isEqualTo("ROLLED_BACK 0%");
    }

    @Test
    void theSeveritySaysWhatIsDone() throws IOException {
        RolloutPlan plan = stages().guard(rule("error-rate > 5% for 5m severity critical"))
                .guard(rule("p95 > 3s for 10m severity medium"))
                .build();
        startAndReach(plan, 10);
        scene.application.treatmentIsSlow(0.12);
        until(State.HOLDING);
        scene.application.everythingFails(0.08);
        until(State.ROLLED_BACK);
    }

    @Test
    void theRunbooksPresetClimbsWhileAllIsWell() {
        startAndReach(RolloutPlan.preset("runbook").build(), 10);
        until(State.COMPLETED);
        assertThat(scene.stands()).isEqualTo("COMPLETED 100%");
    }
}
