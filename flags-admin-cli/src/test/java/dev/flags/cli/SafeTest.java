package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SafeTest {
    private final Safe utf8 = new Safe(StandardCharsets.UTF_8);
    private final Safe ascii = new Safe(StandardCharsets.US_ASCII);

    @Test
    void controlCharactersAndBidiOverridesAreShownAsEscapes() {
        assertThat(utf8.line("a\u001b[2Jb\u202ec\u009bd\ne\u2066f\u200bg"))
                .isEqualTo("a\\u001b[2Jb\\u202ec\\u009bd\\u000ae\\u2066f\\u200bg");
    }

    @Test
    void ordinaryTextOfAllLanguagesStaysAsItIs() {
        assertThat(utf8.line("é漢🙂 zürich")).isEqualTo("é漢🙂 zürich");
    }

    @Test
    void halfASurrogatePairIsEscaped() {
        assertThat(utf8.line("a\ud83dz")).isEqualTo("a\\ud83dz");
    }

    @Test
    void aLocaleThatCannotWriteACharacterGetsItsEscape() {
        assertThat(ascii.line("é🙂")).isEqualTo("\\u00e9\\ud83d\\ude42");
        assertThat(ascii.unicode()).isFalse();
    }

    @Test
    void escapedJsonMeansTheSame() {
        String json = Json.write("é🙂\u202e\u007f");
        assertThat(ascii.json(json)).isEqualTo("\"\\u00e9\\ud83d\\ude42\\u202e\\u007f\"");
        assertThat(Json.parse(ascii.json(json))).isEqualTo("é🙂\u202e\u007f");
    }
}
