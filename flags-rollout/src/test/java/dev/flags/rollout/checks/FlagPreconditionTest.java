package dev.flags.rollout.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.KillScope;
import dev.flags.admin.WriteOptions;
import dev.flags.model.Condition;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagDefinitionBuilder;
import dev.flags.model.Percentage;
import dev.flags.model.Prerequisite;
import dev.flags.model.Rule;
import dev.flags.model.Target;
import dev.flags.rollout.Precondition.FlagIs;
import dev.flags.store.Actor;
import dev.flags.store.InMemoryFlagStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlagPreconditionTest {
    private static final WriteOptions BECAUSE = WriteOptions.because("a test");

    private final InMemoryFlagStore store = new InMemoryFlagStore("test");
    private final FlagAdmin admin = new FlagAdmin(store, new Actor("ada", "ada", "here"));
    private final Checks checks = ControllerConfiguration.none().checks(store, Optional.empty());

    private FlagDefinitionBuilder flag(String key, int percent) {
        return FlagDefinition.builder(key).percentage(Percentage.of(percent));
    }

    private void create(FlagDefinitionBuilder flag) {
        admin.create(flag.build(), BECAUSE);
    }

    private void expect(String key, boolean on, boolean off) {
        assertThat(checks.check(new FlagIs(key, true)).passed())
                .as("%s on", key)
                .isEqualTo(on);
        assertThat(checks.check(new FlagIs(key, false)).passed())
                .as("%s off", key)
                .isEqualTo(off);
    }

    @Test
    void aFlagIsOnAtOneHundredPercentAndOffAtZero() {
        create(flag("full", 100));
        create(flag("none", 0));
        create(flag("half", 50));
        expect("full", true, false);
        expect("none", false, true);
        expect("half", false, false);
        assertThat(checks.check(new FlagIs("half", true)).why())
                .isEqualTo("flag half is not on for everybody: it is at 50%");
    }

    @Test
    void aKilledOrDisabledFlagIsOff() {
        create(flag("killed", 100));
        admin.kill(new KillScope.Keys(List.of("killed")), BECAUSE);
        create(flag("disabled", 100).enabled(false));
        expect("killed", false, true);
        expect("disabled", false, true);
        assertThat(checks.check(new FlagIs("killed", true)).why()).endsWith("it is killed");
        assertThat(checks.check(new FlagIs("disabled", true)).why()).endsWith("it is disabled");
    }

    @Test
    void rulesAndTargetsCountForEverybodyIsNotMost() {
        create(flag("except", 100).targets(List.of(new Target("off", Set.of("ada")))));
        create(flag("staff", 0)
                .rules(List.of(new Rule(
                        "r",
                        "",
                        List.of(new Condition.InSegment("staff", false, Map.of())),
                        Rule.Serve.variant("on"),
                        Map.of()))));
        expect("except", false, false);
        expect("staff", false, false);
        assertThat(checks.check(new FlagIs("staff", false)).why())
                .isEqualTo(
                        "flag staff is not off for everybody: it is at 0%, and its rules, targets or prerequisites count too");
    }

    @Test
    void prerequisitesCount() {
        create(flag("base", 100));
        create(flag("base-off", 0));
        create(flag("held", 100).prerequisites(List.of(new Prerequisite("base", Optional.empty()))));
        create(flag("missing", 100).prerequisites(List.of(new Prerequisite("base-off", Optional.empty()))));
        create(flag("inverse", 100).prerequisites(List.of(new Prerequisite("base-off", Optional.of("off")))));
        expect("held", true, false);
        expect("missing", false, true);
        expect("inverse", true, false);
    }

    @Test
    void aFlagThatIsNotThereIsNeitherOnNorOff() {
        expect("nobody", false, false);
        assertThat(checks.check(new FlagIs("nobody", false)).why()).isEqualTo("there is no flag nobody");
    }
}
