package dev.flags.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.Decision;
import dev.flags.EvaluationContext;
import dev.flags.Reason;
import dev.flags.model.Percentage;
import dev.flags.source.FlagOverride.AtPercentage;
import dev.flags.source.FlagOverride.Off;
import dev.flags.source.FlagOverride.ToVariant;
import org.junit.jupiter.api.Test;

class LayersTest {
    private static final String AT_TEN = "{'key':'f','salt':'s','percentage':10,"
            + "'targets':[{'variant':'on','keys':['ann']}],"
            + "'rules':[{'id':'r','conditions':[{'attribute':'x','operator':'exists'}],'variant':'on'}]}";

    private static Given env() {
        return Given.layer("env");
    }

    private static Given store() {
        return Given.layer("store").flag(AT_TEN, 7);
    }

    private static Decision decide(String user, Given... layers) {
        return Given.decide(Given.snapshot(layers), "f", user);
    }

    @Test
    void theFirstLayerThatDefinesAFlagDecidesItAndIsNamed() {
        Given file = Given.layer("file").flag("{'key':'f','percentage':100}").flag("{'key':'g','percentage':100}");
        Snapshot snapshot = Given.snapshot(env(), Given.layer("store").flag("{'key':'f'}", 4), file);
        assertThat(Given.decide(snapshot, "f", "u").enabled()).isFalse();
        assertThat(Given.decide(snapshot, "f", "u").layer()).isEqualTo("store");
        assertThat(Given.decide(snapshot, "f", "u").revision()).isEqualTo(4);
        assertThat(Given.decide(snapshot, "g", "u").enabled()).isTrue();
        assertThat(Given.decide(snapshot, "g", "u").layer()).isEqualTo("file");
        assertThat(snapshot.flag("h")).isNull();
        assertThat(snapshot.flag(null)).isNull();
        assertThat(snapshot.revision()).isEqualTo(4);
    }

    @Test
    void aKillInAnyLayerWinsOverEverything() {
        Given killing = Given.layer("file").kill("f");
        Decision decision = decide("ann", env().override("f", new AtPercentage(Percentage.FULL)), store(), killing);
        assertThat(decision.reason()).isEqualTo(Reason.KILLED);
        assertThat(decision.variant()).isEqualTo("off");
        assertThat(decision.layer()).isEqualTo("file");
        assertThat(decide("ann", env().kill("f"), store()).layer()).isEqualTo("env");
    }

    @Test
    void aPercentageAboveKeepsSaltVariantsTargetsAndRules() {
        Given[] layers = {env().override("f", new AtPercentage(Percentage.of(50))), store()};
        Snapshot alone = Given.snapshot(store());
        Snapshot overridden = Given.snapshot(layers);
        for (int i = 0; i < 300; i++) {
            String user = "user-" + i;
            Decision decision = Given.decide(overridden, "f", user);
            int bucket = Bucketing.of("s").bucket(user);
            assertThat(decision.bucket()).hasValue(bucket);
            assertThat(decision.enabled()).isEqualTo(bucket < 50_000);
            assertThat(decision.layer()).isEqualTo("env");
            assertThat(!Given.decide(alone, "f", user).enabled() || decision.enabled())
                    .isTrue();
        }
        Decision target = Given.decide(overridden, "f", "ann");
        assertThat(target.reason()).isEqualTo(Reason.TARGET);
        assertThat(target.layer()).isEqualTo("store");
        assertThat(target.revision()).isEqualTo(7);
        Decision rule = Given.decide(
                overridden,
                "f",
                EvaluationContext.builder("bob").attribute("x", 1).build());
        assertThat(rule.ruleId()).isEqualTo("r");
    }

    @Test
    void aPercentageAboveEnablesWhatIsDisabledBelow() {
        Given disabled = Given.layer("store").flag("{'key':'f','enabled':false}");
        assertThat(decide("u", disabled).reason()).isEqualTo(Reason.DISABLED);
        assertThat(decide("u", env().override("f", new AtPercentage(Percentage.FULL)), disabled)
                        .enabled())
                .isTrue();
    }

    @Test
    void offAboveIsOffForTargetsToo() {
        Decision decision = decide("ann", env().override("f", new Off()), store());
        assertThat(decision.reason()).isEqualTo(Reason.DISABLED);
        assertThat(decision.layer()).isEqualTo("env");
        assertThat(decision.variant()).isEqualTo("off");
    }

    @Test
    void aVariantAboveIsServedToEverybodyWhoIsTreated() {
        Given colours = Given.layer("store")
                .flag("{'key':'f','variants':{'off':1,'a':2,'b':3},'offVariant':'off','percentage':10,"
                        + "'split':[{'variant':'a','weight':1},{'variant':'b','weight':1}],"
                        + "'targets':[{'variant':'a','keys':['ann']}]}");
        Given forced = env().override("f", new ToVariant("b"));
        assertThat(decide(null, forced, colours).variant()).isEqualTo("b");
        assertThat(decide("u", forced, colours).reason()).isEqualTo(Reason.DEFAULT);
        assertThat(decide("ann", forced, colours).variant()).isEqualTo("a");
        Given narrowed = Given.layer("properties").override("f", new AtPercentage(Percentage.of(50)));
        for (int i = 0; i < 50; i++) {
            assertThat(decide("user-" + i, narrowed, forced, colours).variant()).isIn("off", "b");
        }
    }

    @Test
    void aVariantThatDoesNotExistTurnsTheFlagOffAndIsReported() {
        Given[] layers = {env().override("f", new ToVariant("purple")), store()};
        assertThat(decide("ann", layers).reason()).isEqualTo(Reason.DISABLED);
        assertThat(Given.snapshot(layers).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).contains("f", "env", "purple"));
    }

    @Test
    void aPercentageOfAFlagWithoutOneTreatmentTurnsItOffAndIsReported() {
        Given several = Given.layer("store").flag("{'key':'f','variants':{'x':1,'y':2,'z':3},'offVariant':'x'}");
        Given[] layers = {env().override("f", new AtPercentage(Percentage.of(10))), several};
        assertThat(decide("u", layers).variant()).isEqualTo("x");
        assertThat(Given.snapshot(layers).problems()).hasSize(1);
    }

    @Test
    void anOverrideOfWhatNobodyDefinesMakesABooleanFlag() {
        Decision on = decide(null, env().override("f", new AtPercentage(Percentage.FULL)));
        assertThat(on.variant()).isEqualTo("on");
        assertThat(on.enabled()).isTrue();
        assertThat(on.layer()).isEqualTo("env");
        Decision half = decide("user-1", env().override("f", new AtPercentage(Percentage.of(50))));
        assertThat(half.bucket()).hasValue(Bucketing.of("f").bucket("user-1"));
        assertThat(decide("u", env().override("f", new Off())).reason()).isEqualTo(Reason.DISABLED);
    }

    @Test
    void overridesBelowTheDefinitionSayNothing() {
        Decision decision = decide(
                "u", Given.layer("top").flag("{'key':'f'}"), env().override("f", new AtPercentage(Percentage.FULL)));
        assertThat(decision.enabled()).isFalse();
        assertThat(decision.layer()).isEqualTo("top");
    }

    @Test
    void aCompleteLayerTurnsOffWhatItDoesNotList() {
        Given env = env().override("listed", new AtPercentage(Percentage.FULL)).complete();
        Snapshot snapshot = Given.snapshot(env, store().flag("{'key':'listed'}"));
        assertThat(Given.decide(snapshot, "listed", "u").enabled()).isTrue();
        Decision off = Given.decide(snapshot, "f", "ann");
        assertThat(off.reason()).isEqualTo(Reason.DISABLED);
        assertThat(off.layer()).isEqualTo("env");
        assertThat(off.variant()).isEqualTo("off");
    }

    @Test
    void aCompleteLayerTurnsOffEvenWhatNoLayerKnows() {
        Snapshot snapshot = Given.snapshot(env().complete());
        Decision off = Given.decide(snapshot, "anything", "u");
        assertThat(off.key()).isEqualTo("anything");
        assertThat(off.reason()).isEqualTo(Reason.DISABLED);
        assertThat(off.value()).isEqualTo(false);
        assertThat(snapshot.flag(null)).isNull();
        assertThat(snapshot.flags()).isEmpty();
        for (int i = 0; i < 3_000; i++) {
            assertThat(Given.decide(snapshot, "key-" + i, "u").enabled()).isFalse();
        }
    }

    @Test
    void aLayerAboveACompleteOneStillDecides() {
        Given top = Given.layer("properties").override("f", new AtPercentage(Percentage.FULL));
        assertThat(decide("u", top, env().complete(), store()).enabled()).isTrue();
        assertThat(decide("u", Given.layer("top").flag("{'key':'f','percentage':100}"), env().complete())
                        .enabled())
                .isTrue();
        assertThat(decide("u", Given.layer("store").flag("{'key':'f','percentage':100}"), env().complete())
                        .layer())
                .isEqualTo("store");
    }

    @Test
    void anArchivedFlagIsNotDefinedInItsLayer() {
        Given archived = Given.layer("store").flag("{'key':'f','archived':true,'percentage':100}");
        assertThat(Given.snapshot(archived).flag("f")).isNull();
        Given file = Given.layer("file").flag("{'key':'f','percentage':100}");
        assertThat(decide("u", archived, file).layer()).isEqualTo("file");
    }

    @Test
    void aMalformedDefinitionLeavesTheDecisionToTheCaller() {
        Given file = Given.layer("file").flag("{'key':'f','percentage':100}");
        Decision decision = decide("u", Given.layer("store").malformed("f"), file);
        assertThat(decision.reason()).isEqualTo(Reason.MALFORMED_FLAG);
        assertThat(decision.variant()).isNull();
        assertThat(decision.value()).isNull();
        assertThat(decision.layer()).isEqualTo("store");
        Decision off =
                decide("u", env().override("f", new Off()), Given.layer("store").malformed("f"));
        assertThat(off.reason()).isEqualTo(Reason.DISABLED);
        assertThat(off.value()).isEqualTo(false);
    }

    @Test
    void aKillWithoutADefinitionIsFalseToBooleanCallers() {
        for (Decision decision : new Decision[] {
            decide("u", Given.layer("store").kill("f")),
            decide("u", Given.layer("store").malformed("f").kill("f"))
        }) {
            assertThat(decision.reason()).isEqualTo(Reason.KILLED);
            assertThat(decision.variant()).isNull();
            assertThat(decision.value()).isEqualTo(false);
        }
    }

    @Test
    void ofSegmentsTheFirstLayersCounts() {
        String flag = "{'key':'f','rules':[{'id':'r','conditions':[{'segment':'s'}],'variant':'on'}]}";
        Given above = Given.layer("store").flag(flag).segment("{'name':'s','keys':['ann']}");
        Given below = Given.layer("file").segment("{'name':'s','keys':['bob']}");
        assertThat(decide("ann", above, below).enabled()).isTrue();
        assertThat(decide("bob", above, below).enabled()).isFalse();
    }
}
