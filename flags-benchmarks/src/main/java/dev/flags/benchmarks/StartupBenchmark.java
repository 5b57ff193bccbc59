package dev.flags.benchmarks;

import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.Subscription;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/** One start in a fresh JVM: from {@code build()} to the first decision, with 10 flags in a JSON file. */
public final class StartupBenchmark {
    private StartupBenchmark() {}

    public static void main(String[] args) throws IOException {
        Path file = Files.createTempFile("flags", ".json");
        try {
            Files.writeString(file, FlagDocuments.json(10));
            long start = System.nanoTime();
            try (Flags flags = Flags.builder().layer(new JsonFile(file)).build()) {
                boolean on = flags.isEnabled(FlagDocuments.HALF, "user-42");
                long decided = System.nanoTime();
                if (!on) {
                    throw new IllegalStateException("user-42 is inside 50 %");
                }
                System.out.printf(Locale.ROOT, "build() to first decision: %d ms%n", (decided - start) / 1_000_000);
            }
        } finally {
            Files.delete(file);
        }
    }

    /** The file, read once on the calling thread. */
    private record JsonFile(Path path) implements FlagSource {
        @Override
        public String name() {
            return "file";
        }

        @Override
        public Subscription follow(FollowOptions options, SourceListener listener) {
            try {
                listener.loaded(FlagDocuments.content(Files.readString(path)), FlagsStatus.State.READY, Instant.now());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return () -> {};
        }

        @Override
        public void close() {}
    }
}
