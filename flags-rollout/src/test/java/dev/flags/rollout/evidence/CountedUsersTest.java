package dev.flags.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.json.Json;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CountedUsersTest {

    private static CountedUsers read(CountedUsers users, int most) {
        return CountedUsers.read(most, Tree.of(Json.parse(Json.write(users.tree())), "users"));
    }

    @Property
    void eachUserCountsOnceAndStoredOnesAreTheSame(@ForAll Set<Long> hashes) {
        CountedUsers users = new CountedUsers(1_000);
        hashes.forEach(users::add);
        users.settle();
        CountedUsers read = read(users, 1_000);
        assertThat(read.uppers()).isEqualTo(users.uppers());
        assertThat(hashes).allSatisfy(hash -> {
            assertThat(users.add(hash)).isFalse();
            assertThat(read.add(hash)).isFalse();
        });
    }

    @Test
    void amongTenThousandUsersHardlyOneIsTakenForAnother() {
        CountedUsers users = new CountedUsers(32_768);
        long counted = 0;
        for (int i = 0; i < 10_000; i++) {
            counted += users.add(TestRow.user(i)) ? 1 : 0;
            if (i % 100 == 0) {
                users.settle();
            }
        }
        assertThat(counted).isGreaterThan(9_998);
    }

    @Test
    void aFullOneKeepsAFairHalfAndRemembersItsLevel() {
        CountedUsers users = new CountedUsers(1_000);
        for (int i = 0; i < 20_000; i++) {
            users.add(TestRow.user(i));
            if (i % 50 == 0) {
                users.settle();
            }
        }
        users.settle();
        assertThat(users.level()).isEqualTo(5);
        assertThat(users.size()).isBetween(500, 1_000);
        CountedUsers read = read(users, 1_000);
        assertThat(read.level()).isEqualTo(5);
        assertThat(read.uppers()).isEqualTo(users.uppers());
        for (int i = 0; i < 20_000; i++) {
            assertThat(users.add(TestRow.user(i))).isFalse();
        }
        assertThat(users.add(1L << 58)).isTrue();
        assertThat(users.add(1L << 59)).as("not sampled").isFalse();
    }

    @Test
    void aThousandUsersTakeAboutFourCharactersEach() {
        CountedUsers users = new CountedUsers(32_768);
        for (int i = 0; i < 1_000; i++) {
            users.add(TestRow.user(i));
        }
        assertThat(Json.write(users.tree())).hasSizeLessThan(4_100);
    }
}
