package dev.flags.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.AdvanceRule;
import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored is all there is: who takes over goes on as if he had been there. */
class RestartTest {
    private static final RolloutPlan PLAN = Watching.plan(
            Stream.of(
                            "worse: failures worse than control -> rollback",
                            "early: failures worse than control by 1.5x alpha 0.05 -> step-back",
                            "slower: latency worse than control -> hold",
                            "split: sample-ratio -> hold",
                            "survivors: survivors < 80% for 1m -> rollback",
                            "breakers: breakers > 20% -> rollback",
                            "errors: error-rate > 10% for 30s min 20 -> rollback",
                            "p95: p95 > 3s for 1m min 20 -> hold",
                            "codes: code A,B -> rollback")
                    .map(Guard::parse)
                    .toList(),
            List.of(AdvanceRule.parse("error-rate < 1%"), AdvanceRule.parse("p95 < 3s")));

    /** Whatever is reported, when, how late and how often, and whoever looks how often. */
    @Property(tries = 60)
    void aRestartInTheMiddleChangesNothing(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Evidence uninterrupted = Evidence.of(TestRow.RUN, PLAN);
        Evidence restarted = Evidence.of(TestRow.RUN, PLAN);
        List<OutcomeRow> stored = new ArrayList<>();
        Instant stageSince = TestRow.BEGIN;
        long window = 0;
        for (int look = 0; look < 40; look++) {
            window += random.nextInt(10) == 0 ? random.nextInt(120) : random.nextInt(3);
            Instant now = TestRow.at(window).plusSeconds(random.nextInt(10));
            for (int row = random.nextInt(8); row > 0; row--) {
                stored.add(row(random, Math.max(0, window - (long) (random.nextDouble() * random.nextInt(110)))));
            }
            if (random.nextInt(12) == 0) {
                stageSince = now;
            }
            Instant from = uninterrupted.readFrom(now);
            assertThat(restarted.readFrom(now)).isEqualTo(from);
            List<OutcomeRow> read =
                    stored.stream().filter(row -> !row.window().isBefore(from)).toList();
            uninterrupted.absorb(read, stageSince, now);
            restarted.absorb(read, stageSince, now);
            if (random.nextBoolean()) {
                assertThat(restarted.judge(stageSince, now)).isEqualTo(uninterrupted.judge(stageSince, now));
            }
            assertThat(restarted.latencyComparison(stageSince)).isEqualTo(uninterrupted.latencyComparison(stageSince));
            assertThat(restarted.advance(stageSince, now)).isEqualTo(uninterrupted.advance(stageSince, now));
            assertThat(restarted.usersPerSecond()).isEqualTo(uninterrupted.usersPerSecond());
            assertThat(restarted.losses()).containsExactlyInAnyOrderElementsOf(uninterrupted.losses());
            restarted = Evidence.parse(restarted.toJson(), PLAN);
        }
        assertThat(restarted.toJson())
                .isEqualTo(Evidence.parse(uninterrupted.toJson(), PLAN).toJson());
    }

    private static OutcomeRow row(SplittableRandom random, long window) {
        TestRow row = new TestRow("i" + random.nextInt(4), random.nextInt(3) == 0 ? 50 : 10, window)
                .sample(random.nextInt(5) == 0 ? 2 : 0)
                .lost(random.nextInt(3));
        for (TestRow.Arm arm : List.of(row.treatment(), row.control())) {
            int calls = random.nextInt(200);
            int failed = random.nextInt(1 + calls / 10);
            long first = random.nextInt(5_000);
            arm.users(calls, TestRow.users(first, failed))
                    .bound("PT0.3S", calls, failed, TestRow.users(first + 100, failed))
                    .bound("PT3S", calls, failed / 2)
                    .latency(random.nextInt(1_000), calls)
                    .exposed(TestRow.users(first, random.nextInt(10)))
                    .diverted(random.nextInt(20) == 0 ? 3 : 0);
            if (random.nextInt(60) == 0) {
                arm.code(random.nextBoolean() ? "A" : "C", 1);
            }
        }
        return row.row();
    }

    private static String written() {
        Watching watching = new Watching(PLAN.guards(), PLAN.advance());
        SplittableRandom random = new SplittableRandom(1);
        for (int window = 0; window < 30; window++) {
            watching.evidence.absorb(List.of(row(random, window)), watching.stageSince, TestRow.at(window + 3));
        }
        watching.evidence.judge(watching.stageSince, TestRow.at(33));
        return watching.evidence.toJson();
    }

    @Test
    void whatIsCutOffIsRefusedWithAWayOn() {
        String whole = written();
        assertThat(Evidence.parse(whole, PLAN).toJson()).isEqualTo(whole);
        assertThatThrownBy(() -> Evidence.parse(whole.substring(0, whole.length() - 5), PLAN))
                .isInstanceOf(FlagsException.class)
                .hasMessageStartingWith("the evidence of a rollout cannot be read: ")
                .hasMessageContaining("flags rollout retry");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"schema\":1 \"schema\":2",
                "\"last\": \"lost\":",
                "\"packed\":\" \"packed\":\"!",
                "\"count\":30 \"count\":300000",
                "\"count\":30 \"count\":-3",
                "\"count\":30 \"count\":\"x\"",
                "\"count\":30 \"count\":31",
                "\"level\":0 \"level\":77",
                "PT3S PT4S",
                "\"served\": \"served\":9",
                "\"healthy\" \"fine\"",
                "\"worse\":[ \"worse\":[\"x\",",
                "\"worse\":[ \"worst\":[",
                "2026-11-21T12:00:00Z yesterday",
                "\"i1\":{ \"i1\":{\"x\":1,",
                "\"i1\":{ \"i1\":{\"10000\":\"x\",\"y\":",
            })
    void whatIsDamagedIsRefused(String change) {
        String[] parts = change.split(" ", 2);
        String whole = written();
        assertThat(whole).contains(parts[0]);
        assertThatThrownBy(() ->
                        Evidence.parse(whole.replaceFirst(java.util.regex.Pattern.quote(parts[0]), parts[1]), PLAN))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("cannot be read: ");
    }

    /** Every character in turn: never anything but evidence or a refusal. */
    @Test
    void noDamageEndsInAnythingElse() {
        String whole = written();
        SplittableRandom random = new SplittableRandom(2);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            int at = random.nextInt(whole.length());
            String damaged =
                    whole.substring(0, at) + "9Az-\"{}[]:,.0".charAt(random.nextInt(13)) + whole.substring(at + 1);
            try {
                Evidence read = Evidence.parse(damaged, PLAN);
                read.absorb(List.of(), TestRow.BEGIN, TestRow.at(40));
                read.judge(TestRow.BEGIN, TestRow.at(40));
            } catch (FlagsException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    @Test
    void whatIsStoredOfABusyRunTakesAFewKilobytes() {
        Watching watching = new Watching(PLAN.guards(), PLAN.advance());
        Traffic traffic = new Traffic(1, 10, 100) {
            @Override
            double failing(int user, boolean treated, long window) {
                return 0.005;
            }
        };
        for (int window = 0; window < 180; window++) {
            traffic.window(window).forEach(watching::put);
            watching.look(window + 1, 3);
        }
        assertThat(watching.evidence.toJson()).hasSizeLessThan(8_000);
    }
}
