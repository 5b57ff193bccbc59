package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.json.Json;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import java.time.Instant;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PlanTextPropertiesTest {
    @Property(tries = 2000)
    void aGuardIsTextThatParsesToTheSameGuard(@ForAll("guards") Guard guard) {
        assertThat(Guard.parse(guard.text())).as(guard.text()).isEqualTo(guard);
    }

    @Property(tries = 500)
    void aRuleForAdvancingIsTextThatParsesToTheSameRule(@ForAll("rules") AdvanceRule rule) {
        assertThat(AdvanceRule.parse(rule.text())).as(rule.text()).isEqualTo(rule);
    }

    @Property(tries = 300)
    void aPlanIsADocumentThatReadsAsTheSamePlan(@ForAll("plans") RolloutPlan plan) {
        assertThat(RolloutPlan.read("plan.json", Json.write(plan.tree()))).isEqualTo(plan);
        assertThat(RolloutPlan.read("plan.yaml", Json.writeYaml(plan.tree()))).isEqualTo(plan);
    }

    @Property(tries = 300)
    void aRunGivesBackThePlanThatItWasStartedWith(@ForAll("plans") RolloutPlan plan) {
        RolloutRun run = new RolloutRun(
                "r",
                RolloutRun.State.PREFLIGHT,
                0,
                plan.stages(),
                Instant.EPOCH,
                "ada",
                Percentage.ZERO,
                false,
                Map.of(RunFields.PLAN, PlanWriter.stored(plan)));

        assertThat(RolloutPlan.of(run)).isEqualTo(plan);
    }

    @Property(tries = 100)
    void aPlanWithoutChangesIsBuiltAsItWas(@ForAll("plans") RolloutPlan plan) {
        RolloutPlan same = plan.toBuilder().build();

        assertThat(same.guards()).containsExactlyInAnyOrderElementsOf(plan.guards());
        assertThat(withoutGuards(same)).isEqualTo(withoutGuards(plan));
    }

    private static Map<String, Object> withoutGuards(RolloutPlan plan) {
        Map<String, Object> tree = plan.tree();
        tree.remove("guards");
        return tree;
    }

    @Provide
    Arbitrary<Guard> guards() {
        return Arbitraries.randomValue(random -> new AnyPlan(random).guard());
    }

    @Provide
    Arbitrary<AdvanceRule> rules() {
        return Arbitraries.randomValue(random -> new AnyPlan(random).rule());
    }

    @Provide
    Arbitrary<RolloutPlan> plans() {
        return Arbitraries.randomValue(random -> new AnyPlan(random).plan());
    }
}
