package dev.flags.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WindowBitsTest {

    @Property
    void itRemembersTheNewest128Windows(
            @ForAll @Size(min = 1, max = 200) List<@LongRange(min = 1_000, max = 1_300) Long> added) {
        WindowBits bits = new WindowBits();
        List<Long> remembered = new ArrayList<>();
        for (long window : added) {
            bits.add(window);
            long newest = bits.newest();
            remembered.add(window);
            remembered.removeIf(each -> each <= newest - WindowBits.KEPT);
        }
        LongStream.range(800, 1_400)
                .forEach(window -> assertThat(bits.has(window)).as("" + window).isEqualTo(remembered.contains(window)));
    }

    @Property
    void textGivesTheSameBits(@ForAll @Size(min = 1, max = 200) Set<@LongRange(min = 1_000, max = 1_200) Long> added) {
        WindowBits bits = new WindowBits();
        added.forEach(bits::add);
        WindowBits read = WindowBits.parse(bits.text(1_205), 1_205);
        LongStream.range(900, 1_300)
                .forEach(window -> assertThat(read.has(window)).as("" + window).isEqualTo(bits.has(window)));
        assertThat(read.text(1_205)).isEqualTo(bits.text(1_205));
    }

    @Test
    void windowsInARowTakeAFewCharacters() {
        WindowBits bits = new WindowBits();
        LongStream.range(1_000, 1_090).forEach(bits::add);
        assertThat(bits.text(1_089)).isEqualTo("0.90");
        bits.add(1_092);
        assertThat(bits.text(1_095)).isEqualTo("3.1.2.90");
    }
}
