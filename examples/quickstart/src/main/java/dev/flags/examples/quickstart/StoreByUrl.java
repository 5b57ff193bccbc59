package dev.flags.examples.quickstart;

import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.redis.RedisFlagStore;
import dev.flags.store.FlagStore;
import java.util.Map;

/** Opens whatever store the environment variables name. An application that knows its store needs one of these lines. */
final class StoreByUrl {
    private StoreByUrl() {}

    static FlagStore open(Map<String, String> variables) {
        String url = variables.getOrDefault("FLAGS_STORE", "jdbc:sqlite:flags.db");
        String environment = variables.getOrDefault("FLAGS_ENVIRONMENT", "development");
        if (url.startsWith("redis")) {
            return RedisFlagStore.open(url, environment);
        }
        return JdbcFlagStore.open(url, environment);
    }
}
