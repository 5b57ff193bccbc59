package dev.flags.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    private static final List<String> KNOWN = List.of("stages", "guards", "holdBack", "stepBack", "soak", "at", "is");

    @ParameterizedTest
    @CsvSource({
        "stage, stages",
        "gaurds, guards",
        "Guards, guards",
        "hold-back, holdBack",
        "stepback, stepBack",
        "stopBack, stepBack",
        "soka, soak",
        "colour, ''",
        "a, ''",
        "it, ''",
        "bake, ''",
        "'', ''"
    })
    void aMisspeltNameIsRecognisedAndAnotherIsNot(String name, String nearest) {
        assertThat(NearestName.of(name, KNOWN).orElse("")).isEqualTo(nearest);
    }
}
