package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.flags.model.InvalidFlagException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentSettingsTest {

    @Test
    void readBackAreTheSameWithUnknownFields() {
        String text = "{\"schema\":1,\"protected\":true,\"freeze\":{\"until\":null}}";

        EnvironmentSettings settings = EnvironmentSettings.parse("settings", text);

        assertThat(settings.isProtected()).isTrue();
        assertThat(settings.write()).isEqualTo(text);
        assertThat(EnvironmentSettings.parse("settings", "{}")).isEqualTo(EnvironmentSettings.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"schema":2}          | settings/schema: must be 1, was 2
                    {"protected":"yes"}   | settings/protected: must be true or false
                    []                    | settings: must be an object
                    {                     | settings: is not valid JSON
                    """)
    void refusesWhatItCannotUnderstand(String text, String message) {
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> EnvironmentSettings.parse("settings", text))
                .withMessageStartingWith(message);
    }
}
