package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.Flags;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.store.Actor;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two stores on one server, told apart by the prefix of their keys alone. */
@Timeout(300)
class RedisPrefixTest extends OneRedis {

    @Test
    void aPrefixIsPartOfWhereAStoreIs() {
        assertThat(storage().location()).isEqualTo(SERVER.url() + "/0");
        assertThat(closing(RedisFlagStore.builder(SERVER.url(), "production")
                                .prefix("shop")
                                .storage())
                        .location())
                .isEqualTo(SERVER.url() + "/0 (prefix shop)");
    }

    @Test
    void whatIsSavedOfOneIsNotServedForTheOther(@TempDir Path saved) throws Exception {
        try (RedisFlagStore one = store("flags");
                RedisFlagStore other = store("shop")) {
            WriteOptions why = WriteOptions.because("test").asConfirmed();
            new FlagAdmin(one, Actor.local("ada"))
                    .create(
                            FlagDefinition.builder("a")
                                    .percentage(Percentage.FULL)
                                    .build(),
                            why);
            new FlagAdmin(other, Actor.local("ada"))
                    .create(
                            FlagDefinition.builder("b")
                                    .percentage(Percentage.FULL)
                                    .build(),
                            why);
        }
        // what each saves when it is closed lies beside what the other one has saved
        for (String prefix : new String[] {"flags", "shop", "flags"}) {
            try (Flags flags = Flags.builder()
                    .layer(store(prefix))
                    .snapshotDirectory(saved)
                    .build()) {
                assertThat(flags.awaitReady(Duration.ofMinutes(2))).isTrue();
                assertThat(flags.status().problems()).isEmpty();
                assertThat(flags.isEnabled("a", "user")).isEqualTo(prefix.equals("flags"));
                assertThat(flags.isEnabled("b", "user")).isEqualTo(prefix.equals("shop"));
            }
        }
        assertThat(saved).isDirectoryContaining("glob:**redis-production-*.json");
        assertThat(saved.toFile().list()).hasSize(2);
    }

    private RedisFlagStore store(String prefix) {
        return RedisFlagStore.builder(SERVER.url(), "production").prefix(prefix).open();
    }
}
