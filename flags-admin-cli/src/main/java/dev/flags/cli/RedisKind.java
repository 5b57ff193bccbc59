package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.redis.RedisFlagStore;
import dev.flags.store.FlagStore;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import redis.clients.jedis.DefaultRedisCredentials;

/** Redis or Valkey: one server, or behind Sentinel, or a cluster. Nothing is to be made there. */
final class RedisKind extends StoreKind {
    /** A verb makes few connections, one after the other. */
    private static final int CONNECTIONS = 2;

    RedisKind(Session session) {
        super(session);
    }

    @Override
    FlagStore open(String environment) {
        try {
            RedisFlagStore.Builder builder = RedisFlagStore.builder(url, environment)
                    .poolSize(CONNECTIONS)
                    .clientName("flags-cli")
                    .connectTimeout(session.settings().timeout())
                    .commandTimeout(session.settings().timeout())
                    .poolTimeout(session.settings().timeout());
            session.password().ifPresent(password -> builder.password(() -> password));
            if (isBehindSentinels()) {
                logInAtSentinels(builder);
            }
            StoreTls tls = session.settings().tls();
            tls.trustStore().ifPresent(file -> trust(builder, file, tls.trustStorePassword()));
            tls.keyStore().ifPresent(file -> builder.keyStore(file, secret(tls.keyStorePassword())));
            return builder.open();
        } catch (UsageException e) {
            throw e;
        } catch (FlagsException e) {
            throw new UsageException(e.getMessage(), e); // nothing was asked of a server yet: it is what was typed
        }
    }

    private void logInAtSentinels(RedisFlagStore.Builder builder) {
        Optional<String> user = session.settings().sentinels().user();
        session.sentinelPassword()
                .ifPresent(password ->
                        builder.sentinelCredentials(() -> new DefaultRedisCredentials(user.orElse(null), password)));
    }

    @Override
    Map<String, String> furtherLogins() {
        return isBehindSentinels()
                ? session.sentinelPassword()
                        .map(session.settings().sentinels()::variables)
                        .orElse(Map.of())
                : Map.of();
    }

    private boolean isBehindSentinels() {
        return url.contains("-sentinel://");
    }

    private static void trust(RedisFlagStore.Builder builder, Path file, Optional<String> password) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".pem") || name.endsWith(".crt") || name.endsWith(".cer")) {
            builder.certificateAuthorities(file);
        } else {
            builder.trustStore(file, secret(password));
        }
    }

    private static Supplier<char[]> secret(Optional<String> password) {
        return () -> password.orElse("").toCharArray();
    }
}
