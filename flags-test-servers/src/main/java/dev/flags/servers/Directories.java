package dev.flags.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The servers' directories, below the system's temporary one; gone when the server is. */
final class Directories {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private Directories() {}

    static Path make(String prefix) {
        try {
            return Files.createTempDirectory("flags-" + prefix + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void remove(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Stream<Path> tree = Files.walk(directory)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
                return;
            } catch (IOException | UncheckedIOException e) {
                // a child of a killed server may still have been writing, and is gone as soon as it gets a processor
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("cannot remove " + directory, e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
