package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.Flags;
import dev.flags.LoadedClasses;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first commit that an instance sees may be a kill. */
class FirstCommitTest {
    private static final String MARK = "now the first commit comes";

    @Test
    void theFirstCommitThatComesFindsTheClassesForItLoaded(@TempDir Path directory) throws Exception {
        LoadedClasses loaded = LoadedClasses.by(Application.class, directory);
        // it has come, and on this way
        assertThat(loaded.before(MARK, "dev.flags.store.FollowedEntry ")).isNotEmpty();
        for (String name : new String[] {"dev.flags.store.Followed", "dev.flags.json.", "dev.flags.model."}) {
            assertThat(loaded.after(MARK, name)).isEmpty();
        }
    }

    /** An application that waits for a commit, and one that comes. */
    static final class Application {
        private Application() {}

        public static void main(String[] args) throws InterruptedException {
            InMemoryStorage storage = new InMemoryStorage("production", Clock.systemUTC());
            FlagStore store = new StorageFlagStore(storage);
            Commits.percentage(store, "a", 0);
            Commits.percentage(store, "b", 0);
            CountDownLatch waiting = new CountDownLatch(1);
            FlagStore followed = new StorageFlagStore(new ForwardingStorage(storage) {
                @Override
                Feed.Awaited await(Head known, Duration atMost) throws InterruptedException {
                    waiting.countDown();
                    return super.await(known, atMost);
                }
            });
            CountDownLatch served = new CountDownLatch(1);
            try (Flags flags = Flags.builder().layer(followed).build()) {
                flags.onChange(change -> served.countDown());
                waiting.await();
                System.out.println(MARK);
                Commits.percentage(store, "a", 100);
                served.await();
                if (!flags.isEnabled("a", "ada")) {
                    throw new IllegalStateException("not served");
                }
            }
        }
    }
}
