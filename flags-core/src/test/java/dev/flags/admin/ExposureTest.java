package dev.flags.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.Decision;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.StartupPolicy;
import dev.flags.admin.Exposure.Effect;
import dev.flags.model.Condition;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagDefinitionBuilder;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.Rule;
import dev.flags.model.Target;
import dev.flags.source.MemorySource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ExposureTest {
    private static final List<String> USERS =
            java.util.stream.IntStream.range(0, 50).mapToObj(i -> "u" + i).toList();

    @Provide
    Arbitrary<FlagState> states() {
        Arbitrary<Percentage> percentages =
                Arbitraries.integers().between(0, Percentage.BUCKETS).map(Percentage::new);
        Arbitrary<Set<String>> users = Arbitraries.of(USERS).set().ofMaxSize(3);
        return Combinators.combine(
                        percentages,
                        Arbitraries.of(true, true, false),
                        Arbitraries.of(true, false, false),
                        Arbitraries.of("f", "f", "f", "pepper"),
                        users,
                        users)
                .as((percentage, enabled, killed, salt, on, off) ->
                        state(definition(percentage, enabled, salt, on, off), killed));
    }

    private static FlagDefinition definition(
            Percentage percentage, boolean enabled, String salt, Set<String> on, Set<String> off) {
        List<Target> targets = new ArrayList<>();
        if (!on.isEmpty()) {
            targets.add(new Target("on", on));
        }
        Set<String> rest = new java.util.LinkedHashSet<>(off);
        rest.removeAll(on);
        if (!rest.isEmpty()) {
            targets.add(new Target("off", rest));
        }
        FlagDefinitionBuilder builder = FlagDefinition.builder("f");
        return builder.percentage(percentage)
                .enabled(enabled)
                .salt(salt)
                .targets(targets)
                .build();
    }

    private static FlagState state(FlagDefinition definition, boolean killed) {
        Optional<KillLatch> kill =
                killed ? Optional.of(new KillLatch(Instant.EPOCH, "ada", "", false, Map.of())) : Optional.empty();
        return new FlagState("f", 1, Optional.of(definition), kill, Optional.empty(), Instant.EPOCH, "ada", List.of());
    }

    /** The judgement against the real evaluator: whoever it says is not reached, is not. */
    @Property(tries = 300)
    void whatIsNotSaidToRaiseGivesTheTreatmentToNobodyWhoHadItNot(
            @ForAll("states") FlagState before, @ForAll("states") FlagState after) {
        Effect effect = Exposure.effectOf(before, after);
        List<Boolean> was = served(before);
        List<Boolean> is = served(after);
        for (int i = 0; i < USERS.size(); i++) {
            boolean gained = !was.get(i) && is.get(i);
            boolean lost = was.get(i) && !is.get(i);
            assertThat(gained && !effect.countsAsRaise())
                    .as("%s gained under %s", USERS.get(i), effect)
                    .isFalse();
            assertThat(lost && effect == Effect.NEUTRAL)
                    .as("%s lost under %s", USERS.get(i), effect)
                    .isFalse();
        }
    }

    private static List<Boolean> served(FlagState state) {
        MemorySource source = new MemorySource("test");
        source.set(state.definition().orElseThrow());
        state.kill().ifPresent(kill -> source.kill("f", ""));
        try (Flags flags =
                Flags.builder().layer(source).startup(StartupPolicy.dontWait()).build()) {
            return USERS.stream()
                    .map(user -> flags.isEnabled("f", EvaluationContext.of(user)))
                    .toList();
        }
    }

    @Example
    void aNewSaltReshufflesAndSoCountsAsARaise() {
        FlagState before = state(definition(Percentage.of(50), true, "f", Set.of(), Set.of()), false);
        FlagState after = state(definition(Percentage.of(50), true, "pepper", Set.of(), Set.of()), false);
        assertThat(Exposure.effectOf(before, after)).isEqualTo(Effect.UNKNOWN);
        assertThat(Exposure.share(before, after))
                .isEqualTo(new Exposure.ShareChange(Percentage.of(25), Percentage.of(25)));
    }

    @Example
    void liftingAKillRaisesOnlyWhereSomethingIsServedUnderneath() {
        FlagState killedAtZero = state(definition(Percentage.ZERO, true, "f", Set.of(), Set.of()), true);
        FlagState atZero = state(definition(Percentage.ZERO, true, "f", Set.of(), Set.of()), false);
        assertThat(Exposure.effectOf(killedAtZero, atZero)).isEqualTo(Effect.NEUTRAL);
        FlagState killedAtHalf = state(definition(Percentage.of(50), true, "f", Set.of(), Set.of()), true);
        FlagState atHalf = state(definition(Percentage.of(50), true, "f", Set.of(), Set.of()), false);
        assertThat(Exposure.effectOf(killedAtHalf, atHalf)).isEqualTo(Effect.RAISES);
        assertThat(Exposure.effectOf(atHalf, killedAtHalf)).isEqualTo(Effect.LOWERS);
    }

    /** Everything at once, served values compared: rules, off variants, variants' values, archived flags. */
    @Property(tries = 400)
    void whoeverIsServedDifferentlyIsAccountedFor(
            @ForAll("anyStates") FlagState before, @ForAll("anyStates") FlagState after) {
        Effect effect = Exposure.effectOf(before, after);
        List<Decision> was = decisions(before);
        List<Decision> is = decisions(after);
        for (int i = 0; i < USERS.size(); i++) {
            Object valueBefore = was.get(i).value();
            Object valueAfter = is.get(i).value();
            if (!after.isLive() || Objects.equals(valueBefore, valueAfter)) {
                continue; // what is gone lowers at most
            }
            // without a flag, callers have false
            boolean fromNothing = valueBefore == null && Boolean.FALSE.equals(valueAfter);
            String off = after.definition().orElseThrow().offVariant();
            boolean withdrawn = Objects.equals(is.get(i).variant(), off)
                    && before.isLive()
                    && !Objects.equals(
                            was.get(i).variant(),
                            before.definition().orElseThrow().offVariant());
            if (!fromNothing && !withdrawn) {
                assertThat(effect.countsAsRaise())
                        .as(
                                "%s was served %s and is served %s, said to be %s",
                                USERS.get(i), was.get(i), is.get(i), effect)
                        .isTrue();
            }
            if (withdrawn) {
                assertThat(effect).as("%s lost it", USERS.get(i)).isNotEqualTo(Effect.NEUTRAL);
            }
        }
    }

    @Provide
    Arbitrary<FlagState> anyStates() {
        Arbitrary<List<Rule>> rules = Arbitraries.of("on", "off", "")
                .map(variant -> variant.isEmpty()
                        ? List.of()
                        : List.of(new Rule(
                                "r",
                                "",
                                List.of(new Condition.Attribute(
                                        "targetingKey", "endsWith", List.of("3"), false, false, Map.of())),
                                Rule.Serve.variant(variant),
                                Map.of())));
        return Combinators.combine(
                        states(),
                        rules,
                        Arbitraries.of("off", "off", "off", "on"),
                        Arbitraries.of(false, false, false, true),
                        Arbitraries.of(false, false, false, true))
                .as((state, rule, off, swapped, archived) -> {
                    FlagDefinition definition = state.definition().orElseThrow();
                    return FlagStates.with(
                            state,
                            Optional.of(definition.toBuilder()
                                    .rules(rule)
                                    .offVariant(off)
                                    .variants(
                                            swapped
                                                    ? Map.of("on", false, "off", true)
                                                    : Map.of("on", true, "off", false))
                                    .archived(archived)
                                    .build()),
                            state.kill(),
                            Optional.empty());
                });
    }

    private static List<Decision> decisions(FlagState state) {
        MemorySource source = new MemorySource("test");
        source.set(state.definition().orElseThrow());
        if (state.isLive()) {
            state.kill().ifPresent(kill -> source.kill("f", ""));
        }
        try (Flags flags =
                Flags.builder().layer(source).startup(StartupPolicy.dontWait()).build()) {
            return USERS.stream()
                    .map(user -> flags.decide("f", EvaluationContext.of(user)))
                    .toList();
        }
    }

    @Example
    void anyKillOfAnythingIsNoRaise() {
        FlagState served = state(definition(Percentage.of(50), true, "f", Set.of("u1"), Set.of()), false);
        FlagState malformed = new FlagState(
                "f",
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                "ada",
                List.of(new Problem("f", "is nonsense")));
        for (FlagState before : List.of(served, malformed, FlagState.absent("f"))) {
            FlagState killed = FlagStates.with(
                    before,
                    before.definition(),
                    Optional.of(new KillLatch(Instant.EPOCH, "ada", "", false, Map.of())),
                    Optional.empty());
            assertThat(Exposure.effectOf(before, killed).countsAsRaise()).isFalse();
        }
    }
}
