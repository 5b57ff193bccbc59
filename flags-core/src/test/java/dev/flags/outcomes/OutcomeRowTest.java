package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.model.Percentage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeRowTest {
    private static final OutcomeRow EMPTY = new OutcomeRow(
            "atomic-projects",
            "run-1",
            "00000000000000ff",
            Percentage.of(10),
            Instant.parse("2026-11-21T12:00:10Z"),
            0,
            0,
            OutcomeRow.Arm.EMPTY,
            OutcomeRow.Arm.EMPTY);

    private static final OutcomeRow FULL = new OutcomeRow(
            "atomic-projects",
            "run-1",
            "9f86d081884c7d65",
            Percentage.of(new BigDecimal("12.5")),
            Instant.parse("2026-11-21T12:00:10Z"),
            2,
            3,
            new OutcomeRow.Arm(
                    12,
                    UserHashes.of(-1, 1, 0x4ef91536b56a9206L),
                    20,
                    4,
                    Map.of("DATABASE_CONNECTION_LOST", 1L, "(other)", 2L),
                    7,
                    List.of(
                            new OutcomeRow.Bound(Duration.ofMillis(800), 21, 2, UserHashes.of(5)),
                            new OutcomeRow.Bound(Duration.ofSeconds(10), 20, 0, UserHashes.NONE)),
                    new TreeMap<>(Map.of(691, 1L, 346, 19L)),
                    UserHashes.of(0x0000_0000_0000_0001L)),
            new OutcomeRow.Arm(
                    90,
                    UserHashes.NONE,
                    180,
                    0,
                    Map.of(),
                    0,
                    List.of(),
                    new TreeMap<>(Map.of(346, 180L)),
                    UserHashes.NONE));

    private static String golden(String name) throws IOException {
        try (var in = Objects.requireNonNull(OutcomeRowTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Test
    void isWrittenByteForByteAsTheFormatSays() throws IOException {
        assertThat(FULL.toJson()).isEqualTo(golden("row-full.json"));
        assertThat(EMPTY.toJson()).isEqualTo(golden("row-empty.json"));
    }

    @Test
    void isReadBackAsItWas() throws IOException {
        assertThat(OutcomeRow.parse(golden("row-full.json"))).isEqualTo(FULL);
        assertThat(OutcomeRow.parse(golden("row-empty.json"))).isEqualTo(EMPTY);
    }

    @Test
    void fieldsOfLaterVersionsArePassedOver() {
        assertThat(OutcomeRow.parse(EMPTY.toJson().replace("\"schema\":1", "\"schema\":1,\"zone\":{\"a\":[1]}")))
                .isEqualTo(EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"schema\":2}",
                "{\"schema\":1}",
                "{\"schema\":1,\"flag\":1,\"run\":\"r\"}",
            })
    void whatIsNoRowIsRefused(String text) {
        assertThatThrownBy(() -> OutcomeRow.parse(text)).isInstanceOf(FlagsException.class);
        assertThat(OutcomeStorage.Rows.of(List.of(text, EMPTY.toJson())))
                .isEqualTo(new OutcomeStorage.Rows(List.of(EMPTY), 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"12.5|\"a\"", "2026|yesterday", "346,19|346", "0000000000000005|xyz", "21,|2.5,", ":12,|:-,"})
    void aRowThatIsDamagedIsRefused(String change) {
        String[] parts = change.split("\\|", -1);
        String damaged = FULL.toJson().replace(parts[0], parts[1]);
        assertThat(damaged).isNotEqualTo(FULL.toJson());
        assertThatThrownBy(() -> OutcomeRow.parse(damaged)).isInstanceOf(FlagsException.class);
    }
}
