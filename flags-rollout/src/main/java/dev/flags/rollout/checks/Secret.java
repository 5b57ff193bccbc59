package dev.flags.rollout.checks;

import dev.flags.secrets.SecretReader;
import dev.flags.secrets.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A password, token or key, by where it is kept. It is asked for at each use, so that it may change; what a command printed is kept
 * for a minute. Shows itself as {@link Secrets#MASK}. Safe for use by multiple threads.
 */
final class Secret {
    private static final Duration COMMAND_KEPT = Duration.ofMinutes(1);

    private final Supplier<String> source;

    private Secret(Supplier<String> source) {
        this.source = source;
    }

    static Secret of(String value) {
        return new Secret(() -> value);
    }

    static Secret from(Supplier<String> source) {
        return new Secret(source);
    }

    static Secret inFile(String whose, Path file) {
        return new Secret(() -> SecretReader.fromFile(whose, file));
    }

    static Secret printedBy(String whose, String command, Path directory) {
        return new Secret(new Kept(() -> SecretReader.fromCommand(whose, command, directory)));
    }

    /**
     * The secret itself.
     *
     * @throws dev.flags.secrets.SecretException when it cannot be had
     */
    String reveal() {
        return source.get();
    }

    @Override
    public String toString() {
        return Secrets.MASK;
    }

    /** Asks again only after a minute: checks come every few seconds, and a command may ask a vault. */
    private static final class Kept implements Supplier<String> {
        private final Supplier<String> source;
        private @Nullable String value;
        private long since;

        Kept(Supplier<String> source) {
            this.source = source;
        }

        @Override
        public synchronized String get() {
            String known = value;
            if (known == null || System.nanoTime() - since > COMMAND_KEPT.toNanos()) {
                known = source.get();
                value = known;
                since = System.nanoTime();
            }
            return known;
        }
    }
}
