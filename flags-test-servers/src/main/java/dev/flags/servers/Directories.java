package dev.flags.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The servers' directories, below the system's temporary one; gone when the server is. */
final class Directories {

    private static final int ATTEMPTS = 10;

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
        for (int attempt = 1; ; attempt++) {
            try (Stream<Path> tree = Files.walk(directory)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
                return;
            } catch (IOException | UncheckedIOException e) {
                // a child of a killed server may still have been writing
                if (attempt == ATTEMPTS) {
                    throw new IllegalStateException("cannot remove " + directory, e);
                }
            }
        }
    }
}
