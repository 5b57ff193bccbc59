package dev.flags.redis;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;

/** Connections to one server. Safe for use by multiple threads. */
final class StandaloneConnections implements RedisConnections {
    private static final int TIMEOUT_MILLIS = 2_000;

    private final HostAndPort server;
    private final JedisClientConfig config;
    private final RedisClient client;

    StandaloneConnections(String url) {
        URI uri = URI.create(url);
        server = new HostAndPort(uri.getHost(), uri.getPort() < 0 ? 6379 : uri.getPort());
        config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(TIMEOUT_MILLIS)
                .socketTimeoutMillis(TIMEOUT_MILLIS)
                .build();
        client = RedisClient.builder().hostAndPort(server).clientConfig(config).build();
    }

    @Override
    public Connection borrow() {
        return client.getPool().getResource();
    }

    @Override
    public Connection dedicated() {
        return new Connection(server, config);
    }

    @Override
    public List<Connection> borrowAll() {
        return List.of(borrow());
    }

    @Override
    public Duration socketTimeout() {
        return Duration.ofMillis(TIMEOUT_MILLIS);
    }

    @Override
    public String location() {
        return "redis://" + server;
    }

    @Override
    public Optional<String> user() {
        return Optional.empty();
    }

    @Override
    public void close() {
        client.close();
    }
}
