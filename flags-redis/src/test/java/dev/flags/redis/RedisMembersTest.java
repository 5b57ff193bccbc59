package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.store.SegmentMembers;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RedisMembersTest extends OneRedis {

    @Test
    void aHundredThousandMembersAreAddedLookedUpAndRemoved() {
        SegmentMembers members = storage().members().orElseThrow();
        List<String> all =
                IntStream.range(0, 100_000).mapToObj(i -> "user-" + i).toList();
        for (int from = 0; from < all.size(); from += 10_000) {
            members.add("beta", "v1", all.subList(from, from + 10_000));
        }

        assertThat(members.count("beta", "v1")).isEqualTo(100_000);
        assertThat(members.among("beta", "v1", all)).hasSize(100_000);
        assertThat(members.among("beta", "v1", List.of("user-99999", "user-100000")))
                .isEqualTo(Set.of("user-99999"));
        assertThat(members.versions("beta")).containsExactly("v1");

        members.remove("beta", "v1");
        assertThat(everything()).isEmpty();
    }

    @Test
    void aSegmentWhoseNameBeginsLikeAnothersHasItsOwnVersions() {
        SegmentMembers members = storage().members().orElseThrow();
        members.add("beta", "v1", List.of("ada"));
        members.add("beta.eu", "v2", List.of("ada"));
        members.add("betaX", "v3", List.of("ada"));

        assertThat(members.versions("beta")).containsExactly("v1");
        assertThat(members.versions("beta.eu")).containsExactly("v2");
    }

    @Test
    void aRefusedAdditionIsToldAndAKeyOfAnotherProgramToo() {
        SegmentMembers members = storage().members().orElseThrow();
        SERVER.call("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThatThrownBy(() -> members.add("beta", "v1", List.of("ada")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("maxmemory");
        } finally {
            SERVER.call("CONFIG", "SET", "maxmemory", "0");
        }
        SERVER.call("SET", BASE + "segment:beta:v1", "theirs");
        assertThatThrownBy(() -> members.add("beta", "v1", List.of("ada"))).isInstanceOf(StoreDamagedException.class);
        assertThatThrownBy(() -> members.among("beta", "v1", List.of("ada"))).isInstanceOf(StoreDamagedException.class);
    }
}
