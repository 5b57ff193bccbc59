package dev.flags.outcomes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class UserHashTest {
    @Property(tries = 2_000)
    void isSipHashOfTheKeysUtf8KeyedByTheRun(@ForAll String key) {
        ByteBuffer digest = ByteBuffer.wrap(Hashing.sha256()
                        .hashString("flags-outcomes/1/run-1", UTF_8)
                        .asBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        long expected = Hashing.sipHash24(digest.getLong(), digest.getLong())
                .hashBytes(key.getBytes(UTF_8))
                .asLong();
        assertThat(new UserHash("run-1").of(key)).isEqualTo(expected);
    }

    @Property(tries = 2_000)
    void isSipHashOfPlainKeysToo(@ForAll @CharRange(to = '\u007f') @StringLength(max = 40) String key) {
        isSipHashOfTheKeysUtf8KeyedByTheRun(key);
    }

    @Property(tries = 2_000)
    void isSipHashOfKeysWithOneCharacterThatIsNotAscii(
            @ForAll @CharRange(to = '\u007f') @StringLength(max = 20) String before,
            @ForAll @CharRange(from = '\u0080', to = '\uffff') char character,
            @ForAll @CharRange(to = '\u007f') @StringLength(max = 20) String after) {
        isSipHashOfTheKeysUtf8KeyedByTheRun(before + character + after);
    }

    @Test
    void isFixedForEver() {
        UserHash hash = new UserHash("run-1");
        assertThat(String.format("%016x", hash.of("user-1"))).isEqualTo("4ef91536b56a9206");
        assertThat(String.format("%016x", hash.of("José"))).isEqualTo("b2e79020e05f6ae0");
        assertThat(String.format("%016x", new UserHash("run-2").of("user-1"))).isNotEqualTo("4ef91536b56a9206");
    }

    @Test
    void oneUserInSixtyFourIsFollowed() {
        UserHash hash = new UserHash("run-1");
        int followed = 0;
        for (int i = 0; i < 64_000; i++) {
            followed += UserHash.isFollowed(hash.of("user-" + i)) ? 1 : 0;
        }
        assertThat(followed).isBetween(850, 1_150);
    }
}
