package dev.flags.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordsTest {

    @Test
    void aDefinitionIsWrittenWithItsSchemaFirstAndWithoutDefaults() {
        assertThat(FlagJson.write(FlagDefinition.builder("a").build()))
                .isEqualTo("{\"schema\":1,\"key\":\"a\",\"type\":\"release\",\"enabled\":true,"
                        + "\"variants\":{\"on\":true,\"off\":false},\"offVariant\":\"off\",\"percentage\":0}");
        assertThat(FlagJson.definition("#", "{\"key\":\"a\"}"))
                .isEqualTo(FlagDefinition.builder("a").build());
    }

    @Test
    void aStateIsWrittenWithNullsForWhatIsNotThere() {
        assertThat(FlagJson.toTree(FlagState.absent("a")))
                .hasToString("{revision=0, definition=null, kill=null, rollout=null}");
    }

    @Test
    void nobodyCanChangeADefinitionFromOutside() {
        Map<String, Object> json = new java.util.HashMap<>(Map.of("x", new java.util.ArrayList<>(List.of(1))));
        FlagDefinition flag = FlagDefinition.builder("a")
                .variants(Map.of("off", json))
                .extra(json)
                .build();
        ((List<?>) json.get("x")).clear();

        assertThat(flag.variants()).isEqualTo(Map.of("off", Map.of("x", List.of(1L))));
        assertThat(flag.extra()).isEqualTo(Map.of("x", List.of(1L)));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> flag.extra().put("y", 1));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> ((List<?>) flag.extra().get("x")).remove(0));
    }

    @Test
    void problemsOfARolloutAreNamedTogether() {
        assertThat(problems(() -> FlagJson.rollout(
                        "r",
                        "{\"state\":\"running\",\"stages\":[{\"bake\":\"PT-1S\"},{\"percentage\":1,"
                                + "\"bake\":\"15m\"}],\"percentageBefore\":101}")))
                .containsExactly(
                        "r/id: is required",
                        "r/state: must be a state such as RUNNING, was 'running'",
                        "r/stage: is required",
                        "r/stages/0/percentage: is required",
                        "r/stages/0/bake: must not be negative, was PT-1S",
                        "r/stages/1/bake: must be a duration such as PT15M, was '15m'",
                        "r/startedAt: is required",
                        "r/percentageBefore: must lie between 0 and 100, was 101");
        assertThat(problems(() -> FlagJson.rollout(
                        "r",
                        "{\"id\":\"1\",\"state\":\"RUNNING\",\"stage\":1,\"stages\":[{\"percentage\":1}],"
                                + "\"startedAt\":\"2026-01-01T00:00:00Z\"}")))
                .containsExactly("r/stage: must be the index of one of 1 stages, was 1");
    }

    @Test
    void aSegmentMayNameAnotherButHoldsNoPercentage() {
        assertThat(
                        problems(
                                () -> FlagJson.segment(
                                        "s",
                                        "{\"name\":\"x\",\"keys\":[\"\"],\"rules\":[[],[{\"percentage\":1}],[{\"segment\":\"y\"}],{}]}")))
                .containsExactly(
                        "s/rules/3: must be a list of conditions, was an object",
                        "s/keys/0: must not be empty",
                        "s/rules/0: is empty and so would match everybody; use the flag's percentage for that",
                        "s/rules/1/0: is a percentage, which needs a flag's salt; use it in the flag's rule");
    }

    @Test
    void recordsOfANewerVersionAreRefused() {
        for (Fields.ElementReader<?> reader : List.<Fields.ElementReader<?>>of(
                DefinitionReader::read, SegmentJson::read, RunJson::readKill, RunJson::readRollout)) {
            Problems problems = new Problems("x");

            assertThat(reader.read(Map.of("schema", 2L), problems)).isNull();
            assertThat(problems.all()).singleElement().asString().contains("made by a newer version");
        }
    }

    @Test
    void theTreatmentIsOnOrElseTheOnlyOther() {
        assertThat(FlagDefinition.builder("a").build().treatment()).contains("on");
        assertThat(FlagDefinition.builder("a")
                        .variants(Map.of("off", 1, "new", 2))
                        .build()
                        .treatment())
                .contains("new");
        assertThat(FlagDefinition.builder("a").offVariant("on").build().treatment())
                .contains("off");
        assertThat(FlagDefinition.builder("a")
                        .variants(Map.of("off", 1, "b", 2, "c", 3))
                        .build()
                        .treatment())
                .isEqualTo(Optional.empty());
    }

    private static List<String> problems(org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
        return catchThrowableOfType(InvalidFlagException.class, read).problems().stream()
                .map(Problem::toString)
                .toList();
    }
}
