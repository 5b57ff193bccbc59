package dev.flags.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.json.Json;
import dev.flags.model.FlagFile.Format;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RoundTripTest {

    @Property(tries = 300)
    void aDefinitionReadBackIsTheSameWithAllUnknownFields(@ForAll("definitions") FlagDefinition flag) {
        String text = FlagJson.write(flag);

        FlagDefinition back = FlagJson.definition("#", text);

        assertThat(back).isEqualTo(flag);
        assertThat(FlagJson.write(back)).isEqualTo(text);
    }

    @Property(tries = 500)
    void theOtherRecordsReadBackAreTheSame(
            @ForAll("segments") Segment segment, @ForAll("kills") KillLatch kill, @ForAll("rollouts") RolloutRun run) {
        assertThat(FlagJson.segment("#", FlagJson.write(segment))).isEqualTo(segment);
        assertThat(FlagJson.kill("#", FlagJson.write(kill))).isEqualTo(kill);
        assertThat(FlagJson.rollout("#", FlagJson.write(run))).isEqualTo(run);
    }

    @Property(tries = 500)
    void aFileReadBackIsTheSameInBothFormats(
            @ForAll("definitions") FlagDefinition flag,
            @ForAll("segments") Segment segment,
            @ForAll("kills") KillLatch kill,
            @ForAll("texts") String text,
            @ForAll Format format) {
        FlagFile file =
                new FlagFile(List.of(flag), List.of(segment), Map.of(flag.key(), kill), Map.of("x-" + text, text));

        assertThat(FlagFile.parse("f", file.write(format), format)).isEqualTo(file);
    }

    @Property(tries = 500)
    void orderSurvivesEverywhere(@ForAll("definitions") FlagDefinition flag) {
        FlagDefinition back = FlagJson.definition("#", FlagJson.write(flag));

        assertThat(back.variants().keySet())
                .containsExactlyElementsOf(flag.variants().keySet());
        assertThat(back.extra().keySet()).containsExactlyElementsOf(flag.extra().keySet());
    }

    @Property(tries = 500)
    void whateverADocumentIsCutToIsReadOrRefusedInOneWay(
            @ForAll("definitions") FlagDefinition flag, @ForAll("cuts") int cut) {
        String text = FlagJson.write(flag);
        try {
            FlagJson.definition("#", text.substring(0, cut % text.length()));
        } catch (InvalidFlagException e) {
            assertThat(e.problems()).isNotEmpty();
        }
    }

    @Property(tries = 500)
    void anyFieldMayHoldAnythingAndIsReadOrRefusedInOneWay(
            @ForAll("definitions") FlagDefinition flag,
            @ForAll("definitions") FlagDefinition other,
            @ForAll("cuts") int pick) {
        Map<String, Object> tree = new LinkedHashMap<>(FlagJson.toTree(flag));
        List<Object> values = new ArrayList<>(FlagJson.toTree(other).values());
        List<String> names = List.copyOf(tree.keySet());
        tree.put(names.get(pick % names.size()), values.get(pick / names.size() % values.size()));
        try {
            FlagJson.definition("#", Json.parse(Json.write(tree)));
        } catch (InvalidFlagException e) {
            assertThat(e.problems()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<FlagDefinition> definitions() {
        return Arbitraries.randomValue(random -> new AnyFlag(random).definition());
    }

    @Provide
    Arbitrary<Segment> segments() {
        return Arbitraries.randomValue(random -> new AnyFlag(random).segment());
    }

    @Provide
    Arbitrary<KillLatch> kills() {
        return Arbitraries.randomValue(random -> new AnyFlag(random).kill());
    }

    @Provide
    Arbitrary<RolloutRun> rollouts() {
        return Arbitraries.randomValue(random -> new AnyFlag(random).rollout());
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.randomValue(random -> new AnyFlag(random).text());
    }

    @Provide
    Arbitrary<Integer> cuts() {
        return Arbitraries.integers().between(0, 1_000_000);
    }
}
