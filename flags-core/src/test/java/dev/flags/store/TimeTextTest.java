package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
    private static final long LAST_SECOND_OF_9999 = 253_402_300_799L;

    @Property
    void readsWhatAnInstantWrites(
            @ForAll @LongRange(min = 0, max = LAST_SECOND_OF_9999) long second,
            @ForAll @IntRange(min = 0, max = 999) int part,
            @ForAll @IntRange(min = 0, max = 2) int thousands) {
        long nanos = part;
        for (int i = 0; i < thousands; i++) {
            nanos *= 1_000;
        }
        Instant time = Instant.ofEpochSecond(second, nanos);
        assertThat(TimeText.parse(time.toString())).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21T10:15:30Z",
                "2026-11-21T10:15:30.1Z",
                "2026-11-21T10:15:30.12345Z",
                "2026-11-21T10:15:30.Z",
                "2026-11-21T24:00:00Z",
                "2016-12-31T23:59:60Z",
                "2024-02-29T00:00:00Z",
                "+12026-11-21T10:15:30Z",
                "-0001-11-21T10:15:30Z",
            })
    void readsOtherFormsAsJavaDoes(String text) {
        assertThat(TimeText.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-21",
                "2026-11-21T10:15:30",
                "2026-11-21T10:15:30x",
                "2026-11-21T10:15:30.1234567890Z",
                "2026-11-21T10:15:30,123Z",
                "2026-11-21T10:15:3/.123Z",
                "2026-11-21T10:61:30Z",
                "2026-11-31T10:15:30Z",
                "2026-00-21T10:15:30Z",
                "2025-02-29T10:15:30Z",
                "2026/11-21T10:15:30Z",
            })
    void refusesWhatIsNoTime(String text) {
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> TimeText.parse(text));
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> Instant.parse(text));
    }
}
