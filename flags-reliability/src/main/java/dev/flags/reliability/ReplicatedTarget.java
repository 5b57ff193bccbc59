package dev.flags.reliability;

import dev.flags.redis.RedisFlagStore;
import dev.flags.servers.ClusterServers;
import dev.flags.servers.RedisServer;
import dev.flags.servers.SentinelServers;
import dev.flags.store.FlagStore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Redis with replicas, which can lose its master: behind Sentinel, or a Cluster. */
final class ReplicatedTarget implements Target {

    private static final String REPLICA = "replica";

    private final String name;
    private final AutoCloseable servers;
    private final String url;
    private final Function<String, RedisServer> master;
    private final Consumer<RedisServer> failover;
    private @Nullable RedisServer old;

    private ReplicatedTarget(
            String name,
            AutoCloseable servers,
            String url,
            Function<String, RedisServer> master,
            Consumer<RedisServer> failover) {
        this.name = name;
        this.servers = servers;
        this.url = url;
        this.master = master;
        this.failover = failover;
    }

    static ReplicatedTarget sentinel() {
        SentinelServers servers = SentinelServers.start(arguments());
        return new ReplicatedTarget(
                "Redis Sentinel",
                servers,
                "redis-sentinel://" + String.join(",", servers.sentinels()) + "/" + servers.masterName(),
                environment -> servers.master(),
                old -> servers.awaitFailoverFrom(old));
    }

    static ReplicatedTarget cluster() {
        ClusterServers servers = ClusterServers.start(
                Stream.concat(Stream.of(arguments()), Stream.of("--cluster-replica-validity-factor", "0"))
                        .toArray(String[]::new));
        return new ReplicatedTarget(
                "Redis Cluster",
                servers,
                "redis-cluster://" + String.join(",", servers.nodes()),
                environment -> servers.masterOf(key(environment)),
                old -> servers.awaitFailoverFrom(old, ""));
    }

    /** Replicas log in, so that a master can turn them away. */
    private static String[] arguments() {
        return new String[] {
            "--user",
            REPLICA,
            "on",
            ">secret",
            "+psync",
            "+replconf",
            "+ping",
            "--masteruser",
            REPLICA,
            "--masterauth",
            "secret"
        };
    }

    private static String key(String environment) {
        return "flags:{" + environment + "}:meta";
    }

    /** The server that is the master now; the later {@link #awaitFailover} is from it. */
    RedisServer master(Scene scene) {
        RedisServer now = master.apply(scene.environment());
        old = now;
        return now;
    }

    /** From now on what is committed reaches no replica. */
    static void cutReplication(RedisServer from) {
        from.call("ACL", "SETUSER", REPLICA, "off");
        from.call("CLIENT", "KILL", "TYPE", "replica");
    }

    /** Waits until a replica of {@link #master} is the master in the eyes of all. */
    void awaitFailover() {
        if (old != null) {
            failover.accept(old);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public FlagStore open(String environment) {
        return RedisFlagStore.builder(url, environment).open();
    }

    @Override
    public FlagStore administrator(String environment) {
        return open(environment);
    }

    @Override
    public void close() {
        try {
            servers.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
