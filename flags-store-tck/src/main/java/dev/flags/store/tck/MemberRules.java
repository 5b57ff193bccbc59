package dev.flags.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.store.SegmentMembers;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

abstract class MemberRules {
    abstract Bench bench();

    private SegmentMembers members() {
        return bench().storage()
                .members()
                .orElseGet(() -> Assumptions.abort("this store keeps no members of large segments"));
    }

    @Test
    void membersBelongToAVersionOfASegment() {
        SegmentMembers members = members();
        members.add("beta", "v1", List.of("ada", "grace"));
        members.add("beta", "v2", List.of("ada"));
        members.add("other", "v1", List.of("alan"));

        assertThat(members.among("beta", "v1", List.of("ada", "grace", "alan")))
                .containsExactlyInAnyOrder("ada", "grace");
        assertThat(members.among("beta", "v2", List.of("ada", "grace"))).containsExactly("ada");
        assertThat(members.among("beta", "v3", List.of("ada"))).isEmpty();
        assertThat(members.among("beta", "v1", List.of())).isEmpty();
        assertThat(members.versions("beta")).containsExactlyInAnyOrder("v1", "v2");
        assertThat(members.versions("nothing")).isEmpty();
    }

    @Test
    void addingSomeoneTwiceChangesNothing() {
        SegmentMembers members = members();
        members.add("beta", "v1", List.of("ada", "ada", "grace"));
        members.add("beta", "v1", List.of("ada"));

        assertThat(members.count("beta", "v1")).isEqualTo(2);
        assertThat(members.count("beta", "v2")).isZero();
    }

    @Test
    void targetingKeysAreComparedByTheirBytes() {
        SegmentMembers members = members();
        List<String> keys =
                List.of("Ada", "ada ", "\u00e9", "e\u0301", "\uD83D\uDEA9", "stra\u00dfe", "o'brien", "a%b_c");
        members.add("beta", "v1", keys);

        assertThat(members.among("beta", "v1", keys)).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(members.among("beta", "v1", List.of("ada", "ADA", "Ada ", "e", "strasse", "aXbYc")))
                .isEmpty();
        assertThat(members.count("beta", "v1")).isEqualTo(keys.size());
    }

    @Test
    void environmentsDoNotShareMembers() {
        members().add("beta", "v1", List.of("ada"));

        SegmentMembers staging = bench().storage("staging").members().orElseThrow();
        assertThat(staging.among("beta", "v1", List.of("ada"))).isEmpty();
        assertThat(staging.versions("beta")).isEmpty();
    }

    @Test
    void aVersionIsRemovedWholeAndMayBeRemovedAgain() {
        SegmentMembers members = members();
        List<String> many = IntStream.range(0, 5_000).mapToObj(i -> "user-" + i).toList();
        members.add("beta", "v1", many);
        members.add("beta", "v2", List.of("ada"));
        assertThat(members.count("beta", "v1")).isEqualTo(5_000);
        assertThat(members.among("beta", "v1", List.of("user-4999", "user-5000")))
                .isEqualTo(Set.of("user-4999"));

        members.remove("beta", "v1");
        members.remove("beta", "v1");

        assertThat(members.count("beta", "v1")).isZero();
        assertThat(members.among("beta", "v1", many.subList(0, 100))).isEmpty();
        assertThat(members.versions("beta")).containsExactly("v2");
    }

    @Test
    void whatAnotherInstanceAddsIsFound() {
        members().add("beta", "v1", List.of("ada"));

        assertThat(members().among("beta", "v1", List.of("ada"))).containsExactly("ada");
    }
}
