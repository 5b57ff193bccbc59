package dev.flags.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/** Makes connections: encrypted and logged in as the settings say. Safe for use by multiple threads. */
final class Servers {
    /** How long one of several servers has at least to say where the master is, before the next is asked. */
    private static final Duration DISCOVERY = Duration.ofMillis(500);

    /** What share of a time-out it has: a hung server must not use up the time of those who wait. */
    private static final int DISCOVERY_SHARE = 4;

    private final RedisSettings settings;
    private final JedisClientConfig forCommands;

    Servers(RedisSettings settings) {
        this.settings = settings;
        forCommands = config(settings.credentials(), settings.connectTimeout(), settings.commandTimeout())
                .database(settings.url().database())
                .build();
    }

    /** A connection to a server of data. */
    Connection connect(HostAndPort server) {
        return ServerConnection.to(server, forCommands);
    }

    /** Who knows where the master is. */
    Masters masters() {
        RedisUrl url = settings.url();
        return switch (url.kind()) {
            case STANDALONE -> Masters.always(url.hosts().get(0));
            case SENTINEL ->
                new SentinelMasters(
                        url.hosts(),
                        url.master(),
                        settings.sentinelCredentials(),
                        discovering(settings.sentinelCredentials()));
            case CLUSTER -> new ClusterMasters(url.hosts(), settings.tag(), discovering(settings.credentials()));
        };
    }

    private Function<HostAndPort, Connection> discovering(Optional<RedisLogin> credentials) {
        JedisClientConfig config = config(
                        credentials, discovery(settings.connectTimeout()), discovery(settings.commandTimeout()))
                .build();
        return server -> ServerConnection.to(server, config);
    }

    private DefaultJedisClientConfig.Builder config(
            Optional<RedisLogin> credentials, Duration connect, Duration command) {
        int millis = Math.toIntExact(command.toMillis());
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                // nothing here needs what RESP3 adds, and RESP2 is the same on every server and proxy
                .resp2()
                .connectionTimeoutMillis(Math.toIntExact(connect.toMillis()))
                .socketTimeoutMillis(millis)
                // Jedis' own default is to wait for ever; whoever blocks adds its time to this
                .blockingSocketTimeoutMillis(millis)
                .clientName(settings.clientName())
                // one more command that an ACL user would need
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        if (settings.url().tls()) {
            config.sslOptions(settings.tls().options());
        }
        credentials.ifPresent(config::credentialsProvider);
        return config;
    }

    static Duration discovery(Duration timeout) {
        Duration share = timeout.dividedBy(DISCOVERY_SHARE);
        Duration least = DISCOVERY.compareTo(timeout) < 0 ? DISCOVERY : timeout;
        return share.compareTo(least) < 0 ? least : share;
    }
}
