package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunWatch;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import dev.flags.store.ControllerRecords.Lease;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What {@code rollout status} prints, to the letter. */
class RolloutTextTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant NOW = START.plus(Duration.ofMinutes(20));
    private static final List<Double> CALM = List.of(0.02, 0.01, Double.NaN, 0.02, 0.025);
    private static final List<Double> RISING = List.of(0.02, 0.02, Double.NaN, 0.05, 0.08);

    private static final RolloutPlan PLAN = RolloutPlan.stages("10:15m,50:15m:approval,100")
            .withoutDefaultGuards()
            .guard("failures worse than control -> rollback")
            .guard("error-rate > 5% for 5m -> rollback")
            .guard("orphans: measure orphaned_rows > 0 -> rollback")
            .advance("error-rate < 1%")
            .requireFunction("create_project_atomic")
            .requireFlyway("42")
            .build();

    private static final RunWatch WATCH = new RunWatch(
            "run-1",
            NOW.minusSeconds(2),
            "web-3/1",
            1,
            Duration.ofSeconds(250),
            List.of(
                    verdict("failures-worse", Status.HEALTHY, 0.08, 4.605, 2.31, CALM, CALM, ""),
                    verdict(
                            "error-rate",
                            Status.BREACHED,
                            0.0712,
                            0.05,
                            Double.NaN,
                            RISING,
                            CALM,
                            "7.1 % of 1,204 calls failed, threshold 5 %"),
                    verdict("orphans", Status.HEALTHY, 0, 0, Double.NaN, List.of(), List.of(), "")),
            List.of(verdict(
                    "error-rate", Status.UNSETTLED, 0.0712, 0.01, Double.NaN, List.of(), List.of(), "7.1 % failed")),
            Map.of(
                    "function create_project_atomic",
                    "",
                    "flyway migration 42",
                    "flyway migration 42 has not been applied to the database that the store is in"),
            OptionalLong.of(12),
            104.25,
            Optional.of(Duration.ofSeconds(80)),
            List.of("one instance has a clock that is 3 s late"));

    private static Verdict verdict(
            String guard,
            Status status,
            double value,
            double threshold,
            double evidence,
            List<Double> treatment,
            List<Double> control,
            String text) {
        return new Verdict(
                guard,
                status,
                Action.ROLL_BACK,
                OptionalDouble.of(value),
                threshold,
                Double.isNaN(evidence) ? OptionalDouble.empty() : OptionalDouble.of(evidence),
                status == Status.BREACHED ? Optional.of(NOW.minusSeconds(30)) : Optional.empty(),
                false,
                treatment,
                control,
                text);
    }

    private static RolloutView view(
            RolloutRun.State state, Optional<RunWatch> watch, Optional<Lease> lease, String why) {
        RolloutRun run = new RolloutRun(
                        "run-1", state, 1, PLAN.stages(), START, "ada", Percentage.ZERO, false, Map.of())
                .with("why", why);
        FlagDefinition definition = FlagDefinition.builder("atomic-projects")
                .percentage(Percentage.of(50))
                .build();
        FlagState flag = new FlagState(
                "atomic-projects",
                7,
                Optional.of(definition),
                Optional.empty(),
                Optional.of(run),
                NOW,
                "ada",
                List.of());
        return new RolloutView(flag, run, Optional.of(PLAN), watch, lease, "production", NOW);
    }

    private static Shell shell(Charset charset, boolean interactive, String term) {
        return new Shell(
                new ByteArrayInputStream(new byte[0]),
                new ByteArrayOutputStream(),
                new ByteArrayOutputStream(),
                Map.of("TERM", term),
                Path.of("."),
                interactive,
                charset,
                Clock.systemUTC());
    }

    private static String text(Charset charset, RolloutView view) {
        return RolloutText.of(shell(charset, false, "dumb"), view);
    }

    private static final Optional<Lease> LEASE = Optional.of(new Lease("web-3/1", 4, NOW.plusSeconds(10)));

    @Test
    void stagesGuardsConditionsAndTheControllerAreShown() {
        assertThat(text(StandardCharsets.UTF_8, view(RolloutRun.State.RUNNING, Optional.of(WATCH), LEASE, "")))
                .isEqualTo("""
                        flag        atomic-projects in environment production, serving 50%
                        rollout     RUNNING, stage 2 of 3, started 2026-11-21T10:00:00Z by ada
                        controller  web-3/1, looked 2s ago
                        traffic     12 instances report, 104.3 users/s
                        detection   failures that double are seen within about 1m20s
                          ├─ 1  10%   bake 15m           DONE
                          ├─ 2  50%   bake 15m+approval  RUNNING  [###-----------] 10m50s to go
                          └─ 3  100%  soak 15m           PENDING

                        guards
                          ok        failures worse than control -> rollback
                                    evidence ln E 2.31 of ln 1/α 4.61 [#######-------]
                                    new [▇▄ ▇█]  old [▇▄ ▇█]
                          BREACHED  error-rate > 5% for 5m -> rollback
                                    7.12%, threshold 5%
                                    new [▃▃ ▅█]  old [▃▂ ▃▃]
                                    7.1 % of 1,204 calls failed, threshold 5 %, since
                                    2026-11-21T10:19:30Z
                          ok        orphans: measure orphaned_rows > 0 -> rollback
                                    0, threshold 0

                        needed to advance
                          unsettled error-rate < 1%
                                    7.12%, threshold 1%
                                    7.1 % failed

                        preconditions
                          ok        function create_project_atomic
                          FAILS     flyway migration 42: flyway migration 42 has not been applied to the
                                    database that the store is in

                        notes
                          - one instance has a clock that is 3 s late
                        """);
    }

    @Test
    void aTerminalWithoutUnicodeGetsTheSameInAscii() {
        String text = text(StandardCharsets.US_ASCII, view(RolloutRun.State.RUNNING, Optional.of(WATCH), LEASE, ""));
        assertThat(text)
                .matches("[\\x20-\\x7e\\n]*")
                .contains(
                        "  |- 1  10%   bake 15m           DONE\n",
                        "  `- 3  100%  soak 15m           PENDING\n",
                        "ln E 2.31 of ln 1/alpha 4.61 [",
                        "new [:: =#]  old [:. ::]");
    }

    @Test
    void withoutAControllerItSaysThatNothingMoves() {
        String never =
                text(StandardCharsets.UTF_8, view(RolloutRun.State.PREFLIGHT, Optional.empty(), Optional.empty(), ""));
        assertThat(never)
                .contains("none is running, so nothing moves", "'flags\n            controller' runs one")
                .contains("has not looked yet", "error-rate > 5% for 5m -> rollback: not looked at yet");
        String gone =
                text(StandardCharsets.UTF_8, view(RolloutRun.State.RUNNING, Optional.of(WATCH), Optional.empty(), ""));
        assertThat(gone).contains("none is running").contains("looked 2s ago");
    }

    @Test
    void itSaysWhyItHoldsAndCountsNoBakeMeanwhile() {
        String text = text(
                StandardCharsets.UTF_8,
                view(RolloutRun.State.HOLDING, Optional.of(WATCH), LEASE, "latency-worse: ln E 3.2 of 3.0"));
        assertThat(text)
                .contains("why         latency-worse: ln E 3.2 of 3.0\n")
                .contains("HOLDING  [###-----------] 4m10s counted\n");
    }

    @Test
    void noLineIsLongerThanATerminalIsWideAndNothingTypedMovesTheCursor() {
        String nasty = "\u001b[2J\u202e " + "x".repeat(200) + " and more words that go on for quite a while";
        RunWatch watch = new RunWatch(
                "run-1",
                NOW,
                nasty,
                1,
                Duration.ZERO,
                List.of(verdict(nasty, Status.BREACHED, 0.5, 0.1, 3.0, RISING, RISING, nasty)),
                List.of(),
                Map.of("flyway migration 42", nasty),
                OptionalLong.empty(),
                0,
                Optional.empty(),
                List.of(nasty));
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII)) {
            assertThat(text(charset, view(RolloutRun.State.HOLDING, Optional.of(watch), LEASE, nasty)))
                    .doesNotContain("\u001b", "\u202e")
                    .satisfies(text -> assertThat(text.lines())
                            .allSatisfy(line -> assertThat(line.codePointCount(0, line.length()))
                                    .as(line)
                                    .isLessThanOrEqualTo(80)));
        }
    }

    @Test
    void onlyATerminalWithColoursGetsThem() {
        RolloutView view = view(RolloutRun.State.RUNNING, Optional.of(WATCH), LEASE, "");
        assertThat(RolloutText.of(shell(StandardCharsets.UTF_8, true, "xterm"), view))
                .contains("\u001b[31m  BREACHED  \u001b[0m");
        assertThat(RolloutText.of(shell(StandardCharsets.UTF_8, true, "dumb"), view))
                .doesNotContain("\u001b");
    }

    @Test
    void aWatchDrawsAnewInATerminalAndElsewhereAddsWhatChanged() {
        RolloutView before = view(RolloutRun.State.RUNNING, Optional.of(WATCH), LEASE, "");
        RolloutView after = view(
                RolloutRun.State.RUNNING,
                Optional.of(new RunWatch(
                        "run-1",
                        NOW,
                        "web-3/1",
                        1,
                        Duration.ofSeconds(260),
                        List.of(verdict("error-rate", Status.HEALTHY, 0.01, 0.05, Double.NaN, CALM, CALM, "")),
                        List.of(),
                        Map.of(),
                        OptionalLong.of(12),
                        99,
                        Optional.empty(),
                        List.of("one instance has a clock that is 4 s late", "no user was followed yet"))),
                Optional.empty(),
                "");
        assertThat(displayed(true, "xterm", before, before, after)).satisfies(drawn -> {
            assertThat(drawn).startsWith("\u001b[H\u001b[2Jflag").endsWith("\u001b[J");
            assertThat(drawn.split("\u001b\\[H", -1)).hasSize(4);
        });
        String appended = displayed(true, "dumb", before, before, after);
        assertThat(appended)
                .startsWith(text(StandardCharsets.UTF_8, before))
                .doesNotContain("\u001b")
                .endsWith("""
                        2026-11-21T10:20:00Z  controller: none is running
                        2026-11-21T10:20:00Z  guard error-rate: ok
                        2026-11-21T10:20:00Z  no user was followed yet
                        """);
        assertThat(appended.split("flag  ", -1)).hasSize(2);
        assertThat(displayed(false, "xterm", before, after)).isEqualTo(appended);
    }

    private static String displayed(boolean interactive, String term, RolloutView... views) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RolloutDisplay display = new RolloutDisplay(new Session(new Shell(
                new ByteArrayInputStream(new byte[0]),
                out,
                new ByteArrayOutputStream(),
                Map.of("TERM", term, "NO_COLOR", "1"),
                Path.of("."),
                interactive,
                StandardCharsets.UTF_8,
                Clock.systemUTC())));
        for (RolloutView view : views) {
            display.next(view);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
