package dev.flags.examples.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.redis.RedisFlagStore;
import dev.flags.servers.RedisServer;
import dev.flags.store.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShopFlagsTest {
    @TempDir
    Path directory;

    @BeforeEach
    void shipTheDefaults() throws IOException {
        Files.writeString(
                directory.resolve("flags.yaml"),
                "flags:\n- key: new-checkout\n  percentage: 0\n- key: free-shipping\n  percentage: 100\n");
    }

    private static void create(RedisServer redis, String key) {
        try (RedisFlagStore store = RedisFlagStore.open(redis.url(), "production")) {
            new FlagAdmin(store, Actor.local("test"))
                    .create(
                            FlagDefinition.builder(key)
                                    .percentage(Percentage.FULL)
                                    .build(),
                            WriteOptions.DEFAULT);
        }
    }

    @Test
    void redisBeatsTheDefaultsAndAKillInAFileBeatsRedis() throws IOException {
        try (RedisServer redis = RedisServer.start()) {
            create(redis, "new-checkout");
            try (Flags flags = ShopFlags.open(redis.url(), directory)) {
                assertThat(flags.isEnabled("new-checkout", "user-7"))
                        .as("Redis has it at 100 %")
                        .isTrue();
                assertThat(flags.isEnabled("free-shipping", "user-7"))
                        .as("only the defaults have it")
                        .isTrue();
                Files.writeString(
                        directory.resolve("flags.yaml"),
                        "kills:\n  new-checkout: {at: '2026-11-21T10:00:00Z', by: ada, reason: INC-431}\n");
                await().atMost(Duration.ofMinutes(2)).until(() -> !flags.isEnabled("new-checkout", "user-7"));
            }
        }
    }

    @Test
    void aStartWithoutRedisServesWhatItLastSaid() {
        String url;
        try (RedisServer redis = RedisServer.start()) {
            url = redis.url();
            create(redis, "new-checkout");
            try (Flags flags = ShopFlags.open(url, directory)) {
                assertThat(flags.isEnabled("new-checkout", "user-7")).isTrue();
            }
        }
        try (Flags flags = ShopFlags.open(url, directory)) {
            assertThat(flags.isEnabled("new-checkout", "user-7")).isTrue();
            assertThat(flags.status().state()).isEqualTo(FlagsStatus.State.STALE);
        }
    }

    @Test
    void theGuideShowsThisCode() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/main/java/dev/flags/examples/layers/ShopFlags.java"));
        int from = lines.indexOf("        // region layers") + 1;
        int to = lines.indexOf("        // endregion");
        String code = Stream.concat(
                        lines.subList(from, to).stream().map(line -> line.substring("        ".length())),
                        Stream.of(""))
                .reduce((a, b) -> a + "\n" + b)
                .orElseThrow();
        assertThat(Files.readString(Path.of("../../docs/application.md"))).contains("```java\n" + code + "```");
    }
}
