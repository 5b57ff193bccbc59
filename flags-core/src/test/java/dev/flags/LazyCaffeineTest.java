package dev.flags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.metrics.FlagsMetrics;
import dev.flags.store.InMemoryFlagStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application without large segments does not pay for the cache of their members. */
class LazyCaffeineTest {
    private static final String MARK = "from here on there is a large segment";

    @Test
    void caffeineIsLoadedByTheFirstAnswerAboutALargeSegmentAndByNothingBefore(@TempDir Path directory)
            throws Exception {
        LoadedClasses loaded = LoadedClasses.by(Application.class, directory);
        // the log is one of loaded classes, and the application was at work
        assertThat(loaded.before(MARK, "dev.flags.evaluation.CompiledSegment ")).isNotEmpty();
        assertThat(loaded.before(MARK, "com.github.benmanes")).isEmpty();
        assertThat(loaded.after(MARK, "com.github.benmanes")).isNotEmpty();
    }

    /** Does what applications do, first without a large segment and then with one. */
    static final class Application {
        private Application() {}

        /** Argument: a directory for its snapshots. */
        public static void main(String[] args) throws InterruptedException {
            InMemoryFlagStore store = new InMemoryFlagStore("production");
            LargeSegments admin = LargeSegments.of(store);
            admin.applying("{'segments':[{'name':'small','keys':['ada']},{'name':'by-rule','rules':"
                    + "[[{'attribute':'plan','operator':'in','values':['pro']}]]}]}");
            admin.flagInSegment("small");
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            try (Flags flags = Flags.builder()
                    .layer(store)
                    .snapshotDirectory(Path.of(args[0]).resolve("snapshots"))
                    .build()) {
                FlagsMetrics.bind(flags, meters);
                require(flags.awaitReady(Duration.ofSeconds(30)));
                require(flags.isEnabled("small", "ada"));
                require(flags.isEnabled("not-small", "eve"));
                require(flags.prepare("ada"));
                flags.explain("small", EvaluationContext.of("ada"));
                flags.pin().isEnabled("small", "ada");
                flags.status();
                meters.getMeters().forEach(meter -> meter.measure().forEach(measure -> {}));
                admin.flagInSegment("by-rule");
                System.out.println(MARK);
                admin.flagInSegment("beta").importing("ada");
                while (!flags.isEnabled("beta", "ada")) {
                    flags.prepare("ada", Duration.ofSeconds(30));
                }
            }
        }

        private static void require(boolean so) {
            if (!so) {
                throw new IllegalStateException("not so");
            }
        }
    }
}
