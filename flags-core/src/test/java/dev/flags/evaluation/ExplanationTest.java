package dev.flags.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.EvaluationContext;
import dev.flags.Explanation;
import dev.flags.model.Percentage;
import dev.flags.source.FlagOverride.AtPercentage;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static Explanation explain(Snapshot snapshot, String key, EvaluationContext context) {
        return Objects.requireNonNull(snapshot.flag(key))
                .explain(context.targetingKey(), context, AttributeReader.OF_CONTEXT);
    }

    @Test
    void saysEachStepTheBucketAndTheDistanceToTheBoundary() {
        Given store = Given.layer("redis")
                .flag(
                        "{'key':'atomic-projects','prerequisites':[{'flag':'base'}],"
                                + "'targets':[{'variant':'on','keys':['ann']}],"
                                + "'rules':[{'id':'germans','conditions':[{'attribute':'country','operator':'in','values':['DE']},"
                                + "{'attribute':'age','operator':'>=','values':[18]}],'variant':'on'}],'percentage':10}",
                        7)
                .flag("{'key':'base','percentage':100}", 2);
        Given env = Given.layer("env").override("atomic-projects", new AtPercentage(Percentage.of(25)));
        Explanation explanation = explain(Given.snapshot(env, store), "atomic-projects", Given.user("country", "FR"));
        assertThat(explanation.toString().lines())
                .containsExactly(
                        "  layer: defined by layer 'redis' at revision 7",
                        "  layer: layer 'env' turns 10% into 25%; salt, variants, targets and rules stay",
                        "  kill: no layer has killed it",
                        "  enabled: yes",
                        "  prerequisite base: serves 'on' (DEFAULT), required is any but its off variant",
                        "  targets: the one targeting key listed is another",
                        "  rule germans: country in [DE]: no, country is 'FR'; age >= [18]: no match, age is missing",
                        "→ percentage: 25% by layer 'env': targeting key falls into bucket 35,069, 10.07 percent points"
                                + " outside the boundary 25,000, treated from 35.07% on; serves 'off'");
        assertThat(explanation.decision().bucket()).hasValue(35_069);
    }

    @Test
    void namesWhoKilledTheFlagAndWhy() {
        Snapshot snapshot = Given.snapshot(
                Given.layer("redis").flag("{'key':'f','percentage':100}", 7).kill("f"));
        assertThat(explain(snapshot, "f", Given.user()).toString())
                .endsWith("→ kill: killed in layer 'redis' by ann at 1970-01-01T00:00:00Z: INC-431; serves 'off'");
    }

    @Test
    void saysThatAPrerequisiteIsPartOfACycle() {
        Snapshot snapshot =
                Given.flags("{'key':'a','prerequisites':[{'flag':'b'}]}", "{'key':'b','prerequisites':[{'flag':'a'}]}");
        assertThat(explain(snapshot, "a", Given.user()).toString()).contains("→ prerequisite: ", "cycle");
    }

    @Property
    void theExplanationEndsWithTheDecisionAndDecidesOnce(
            @ForAll @IntRange(max = 4) int percentage,
            @ForAll boolean enabled,
            @ForAll boolean killed,
            @ForAll boolean split,
            @ForAll boolean prerequisiteOn,
            @ForAll @IntRange(max = 3) int user,
            @ForAll boolean german) {
        String flag = "{'key':'f','variants':{'off':0,'on':1,'b':2},'enabled':" + enabled
                + ",'percentage':" + new int[] {0, 10, 50, 99, 100}[percentage]
                + ",'prerequisites':[{'flag':'base'}],'targets':[{'variant':'b','keys':['ann']}],"
                + "'rules':[{'id':'r','conditions':[{'attribute':'country','operator':'in','values':['DE']},{'percentage':50}],"
                + "'split':[{'variant':'on','weight':1},{'variant':'b','weight':1}]}]"
                + (split ? ",'split':[{'variant':'on','weight':1},{'variant':'b','weight':1}]" : "") + "}";
        Given layer =
                Given.layer("s").flag(flag).flag("{'key':'base','percentage':" + (prerequisiteOn ? 100 : 0) + "}");
        Snapshot snapshot = Given.snapshot(killed ? layer.kill("f") : layer);
        EvaluationContext context = EvaluationContext.builder(new String[] {null, "ann", "user-1", "user-42"}[user])
                .attribute("country", german ? "DE" : "FR")
                .build();
        Explanation explanation = explain(snapshot, "f", context);
        assertThat(explanation.decision()).isEqualTo(Given.decide(snapshot, "f", context));
        assertThat(explanation.steps().stream().filter(Explanation.Step::decided))
                .hasSize(1);
        Explanation.Step last = explanation.steps().get(explanation.steps().size() - 1);
        assertThat(last.decided()).isTrue();
        assertThat(last.text()).contains("'" + explanation.decision().variant() + "'");
        String subject = switch (explanation.decision().reason()) {
            case KILLED -> "kill";
            case DISABLED -> "enabled";
            case PREREQUISITE_FAILED -> "prerequisite base";
            case TARGET -> "targets";
            case RULE -> "rule r";
            case SPLIT -> "split";
            default -> "percentage";
        };
        assertThat(last.subject()).isEqualTo(subject);
    }
}
