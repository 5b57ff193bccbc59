package dev.flags.examples.quickstart;

import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.redis.RedisFlagStore;
import dev.flags.store.FlagStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens whatever store the environment variables name. An application that knows its store needs a line or two of these. */
final class StoreByUrl {
    private StoreByUrl() {}

    static FlagStore open(Map<String, String> variables) {
        return open(variables, Optional.empty());
    }

    /**
     * As {@link #open(Map)}.
     *
     * @param clock what a SQLite file, which has no clock of its own, goes by; a server has one
     */
    static FlagStore open(Map<String, String> variables, Optional<Clock> clock) {
        String url = variables.getOrDefault("FLAGS_STORE", "jdbc:sqlite:flags.db");
        String environment = variables.getOrDefault("FLAGS_ENVIRONMENT", "development");
        return url.startsWith("redis")
                ? redis(url, environment, variables)
                : database(url, environment, variables, clock);
    }

    private static FlagStore redis(String url, String environment, Map<String, String> variables) {
        RedisFlagStore.Builder store = RedisFlagStore.builder(url, environment);
        if (variables.containsKey("FLAGS_PASSWORD")) {
            store.password(() -> variables.getOrDefault("FLAGS_PASSWORD", "")); // asked again for each connection
        }
        if (url.startsWith("rediss")) {
            encrypt(store, variables);
        }
        return store.open();
    }

    /** Whom to trust, unless it is whom the JVM trusts; and this application's own certificate, if the server wants one. */
    private static void encrypt(RedisFlagStore.Builder store, Map<String, String> variables) {
        String trusted = variables.getOrDefault("FLAGS_STORE_TRUST_STORE", "");
        if (trusted.matches(".*\\.(pem|crt|cer)")) {
            store.certificateAuthorities(Path.of(trusted));
        } else if (!trusted.isEmpty()) {
            store.trustStore(Path.of(trusted), secret(variables, "FLAGS_STORE_TRUST_STORE_PASSWORD"));
        }
        String own = variables.getOrDefault("FLAGS_STORE_KEY_STORE", "");
        if (!own.isEmpty()) {
            store.keyStore(Path.of(own), secret(variables, "FLAGS_STORE_KEY_STORE_PASSWORD"));
        }
    }

    private static Supplier<char[]> secret(Map<String, String> variables, String name) {
        return () -> variables.getOrDefault(name, "").toCharArray();
    }

    private static FlagStore database(
            String url, String environment, Map<String, String> variables, Optional<Clock> clock) {
        JdbcFlagStore.Builder store = JdbcFlagStore.builder(url, environment);
        if (variables.containsKey("FLAGS_USER")) {
            store.user(variables.getOrDefault("FLAGS_USER", ""));
        }
        if (variables.containsKey("FLAGS_PASSWORD")) {
            store.password(() -> variables.getOrDefault("FLAGS_PASSWORD", ""));
        }
        clock.ifPresent(store::clock);
        return store.open();
    }
}
