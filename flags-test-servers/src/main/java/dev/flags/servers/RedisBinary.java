package dev.flags.servers;

import java.io.IOException;
import java.nio.file.Path;
import redis.embedded.core.ExecutableProvider;

/**
 * The {@code redis-server} executable: the one that the environment variable {@code FLAGS_TEST_REDIS_SERVER} names (another
 * version, a Valkey), otherwise the one inside the embedded-redis jar for this system, unpacked once in a JVM.
 */
final class RedisBinary {

    static final String VARIABLE = "FLAGS_TEST_REDIS_SERVER";

    private RedisBinary() {}

    /** @throws IllegalStateException when there is none for this system */
    static Path path() {
        return Unpacked.PATH;
    }

    static String origin() {
        return System.getenv(VARIABLE) == null ? "embedded" : System.getenv(VARIABLE);
    }

    /** Holds the path from its first use on. */
    private static final class Unpacked {

        static final Path PATH = unpack();

        private static Path unpack() {
            String named = System.getenv(VARIABLE);
            if (named != null) {
                return Path.of(named);
            }
            try {
                Path directory = Directories.make("redis-server");
                Path binary = ExecutableProvider.newJarResourceProvider(directory.toFile())
                        .get()
                        .toPath();
                Ending.with(() -> Directories.remove(directory));
                return binary;
            } catch (IOException | RuntimeException e) {
                throw new IllegalStateException(
                        "embedded-redis has no redis-server for this system (" + System.getProperty("os.name") + " "
                                + System.getProperty("os.arch") + "); name one in " + VARIABLE,
                        e);
            }
        }
    }
}
