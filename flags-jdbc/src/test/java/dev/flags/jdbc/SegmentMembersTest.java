package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.store.SegmentMembers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentMembersTest {
    @ParameterizedTest
    @EnumSource(Databases.class)
    void membersOfAServer(Databases kind) {
        TestDatabase database = kind.migrated();
        try (JdbcStorage storage = database.storage("production");
                JdbcStorage other = database.storage("staging")) {
            check(storage.members().orElseThrow(), other.members().orElseThrow());
        }
    }

    @Test
    void membersOfAFile(@TempDir Path directory) {
        Path path = directory.resolve("flags.db");
        JdbcMigrations.migrate("jdbc:sqlite:" + path);
        try (JdbcStorage storage = sqlite(path, "production");
                JdbcStorage other = sqlite(path, "staging")) {
            check(storage.members().orElseThrow(), other.members().orElseThrow());
        }
    }

    private static JdbcStorage sqlite(Path path, String environment) {
        return new JdbcStorage(
                new SqliteConnections(new SqliteFile(path, Duration.ofMinutes(1))), environment, Duration.ofSeconds(1));
    }

    private static void check(SegmentMembers members, SegmentMembers elsewhere) {
        members.add("vip", "v1", List.of("ada", "Ada", "ada ", "é", "😀", "a'; --"));
        members.add("vip", "v1", List.of("ada", "bob"));

        assertThat(members.count("vip", "v1")).isEqualTo(7);
        assertThat(members.among(
                        "vip", "v1", List.of("ada", "ADA", "ada ", "ada  ", "e\u0301", "😀", "", "\0", "\ud800", "?")))
                .containsExactlyInAnyOrder("ada", "ada ", "😀");
        assertThat(members.among("vip", "v2", List.of("ada"))).isEmpty();
        assertThat(elsewhere.among("vip", "v1", List.of("ada"))).isEmpty();

        List<String> many =
                IntStream.range(0, 12_000).mapToObj(i -> "user-" + i).toList();
        members.add("vip", "v2", many);
        assertThat(members.among("vip", "v2", many)).hasSize(12_000);
        assertThat(members.count("vip", "v2")).isEqualTo(12_000);
        assertThat(members.versions("vip")).containsExactlyInAnyOrder("v1", "v2");

        members.remove("vip", "v2");
        members.remove("vip", "v2");
        assertThat(members.versions("vip")).containsExactly("v1");
        assertThat(members.count("vip", "v2")).isZero();
        assertThat(members.count("vip", "v1")).isEqualTo(7);

        String longest = "x".repeat(JdbcSegmentMembers.MOST_BYTES);
        members.add("vip", "v1", List.of(longest));
        assertThat(members.among("vip", "v1", List.of(longest, longest + "x"))).containsExactly(longest);
        for (String bad : List.of("", "a\0b", "\ud800", longest + "x")) {
            assertThatThrownBy(() -> members.add("vip", "v1", List.of("good", bad)))
                    .isInstanceOf(FlagsException.class);
        }
        assertThat(members.among("vip", "v1", List.of("good"))).isEmpty();
    }
}
