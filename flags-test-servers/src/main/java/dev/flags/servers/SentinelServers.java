package dev.flags.servers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One master, two replicas and three sentinels as processes of this machine. While {@link #awaitFailoverFrom} waits, a master that does
 * not answer for a second is taken to be down, and about two seconds later a replica is the master. At all other times it is for a
 * minute, so that a busy machine does not replace a master on which a test relies. With {@link Certificates#redisArguments} all of them
 * speak TLS, among each other too, and the sentinels name the master by its port with TLS.
 *
 * <p>Safe for use by multiple threads, except that two of the methods which hurt or heal must not run at once.
 */
public final class SentinelServers implements AutoCloseable {

    private static final String MASTER = "flags-master";
    private static final int QUORUM = 2;
    private static final int SOON_MILLIS = 1_000;
    private static final int LATE_MILLIS = 60_000;

    private final List<LocalRedis> servers;
    private final List<LocalRedis> sentinels;

    private SentinelServers(Optional<String> sentinelPassword, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        String password = RedisArguments.password(arguments);
        if (password != null) {
            all.addAll(List.of("--masterauth", password));
        }
        if (RedisArguments.isTls(arguments)) {
            all.addAll(List.of("--tls-replication", "yes"));
        }
        List<String> watching = new ArrayList<>(List.of("--sentinel"));
        watching.addAll(RedisArguments.ofTls(all));
        // with which they also log in at each other
        sentinelPassword.ifPresent(secret -> watching.addAll(List.of("--requirepass", secret)));
        // without a pause, so that replicas are in step as soon as they are connected
        all.addAll(List.of(
                "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"));
        servers = Stream.generate(() -> new LocalRedis(all)).limit(3).toList();
        sentinels = Stream.generate(() -> new LocalRedis(watching)).limit(3).toList();
        try {
            startAll();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        Said.once(
                "Redis Sentinel is local processes, " + servers.get(0).kind() + ": 1 master, 2 replicas, 3 sentinels");
    }

    /**
     * Starts them, and returns when the replicas are in step and the sentinels know of each other.
     *
     * @param redisArguments for the master and the replicas, as on the command line of {@code redis-server}
     */
    public static SentinelServers start(String... redisArguments) {
        return PortTaken.tryingOthers(() -> new SentinelServers(Optional.empty(), List.of(redisArguments)));
    }

    /**
     * As {@link #start}, with sentinels that ask for a password.
     *
     * @param sentinelPassword the sentinels' alone, whatever the master and the replicas ask for
     */
    public static SentinelServers guarded(String sentinelPassword, String... redisArguments) {
        return PortTaken.tryingOthers(
                () -> new SentinelServers(Optional.of(sentinelPassword), List.of(redisArguments)));
    }

    private void startAll() {
        LocalRedis master = servers.get(0);
        List<LocalRedis> replicas = servers.subList(1, 3);
        // in the file and not among the arguments, so that what Sentinel writes there wins after a restart
        replicas.forEach(
                replica -> replica.write("redis.conf", "replicaof " + master.host() + " " + master.peerPort() + "\n"));
        servers.forEach(LocalRedis::spawn);
        servers.forEach(LocalRedis::awaitAnswer);
        replicas.forEach(replica -> Answers.await("the replica " + replica, () -> replica.isInStep(), () -> {}));
        sentinels.forEach(sentinel -> sentinel.write("redis.conf", configuration(sentinel, master, replicas)));
        sentinels.forEach(LocalRedis::spawn);
        sentinels.forEach(LocalRedis::awaitAnswer);
        sentinels.forEach(sentinel -> Answers.await("the sentinel " + sentinel, () -> isComplete(sentinel), () -> {}));
    }

    /** Says all that the sentinels would otherwise take seconds to find out about each other. */
    private String configuration(LocalRedis sentinel, LocalRedis master, List<LocalRedis> replicas) {
        StringBuilder text = new StringBuilder();
        text.append("sentinel myid ").append(id(sentinel)).append('\n');
        text.append("sentinel monitor %s %s %d %d\n".formatted(MASTER, master.host(), master.peerPort(), QUORUM));
        text.append("sentinel down-after-milliseconds %s %d\n".formatted(MASTER, LATE_MILLIS));
        text.append("sentinel failover-timeout %s 4000\n".formatted(MASTER));
        if (master.password() != null) {
            text.append("sentinel auth-pass %s %s\n".formatted(MASTER, master.password()));
        }
        replicas.forEach(replica ->
                text.append("sentinel known-replica %s %s %d\n".formatted(MASTER, replica.host(), replica.peerPort())));
        sentinels.stream()
                .filter(other -> other != sentinel)
                .forEach(other -> text.append("sentinel known-sentinel %s %s %d %s\n"
                        .formatted(MASTER, other.host(), other.peerPort(), id(other))));
        return text.toString();
    }

    private static String id(LocalRedis sentinel) {
        return "%040x".formatted(sentinel.port());
    }

    private static boolean isComplete(LocalRedis sentinel) {
        List<?> fields = (List<?>) Objects.requireNonNull(sentinel.call("SENTINEL", "MASTER", MASTER));
        Map<?, ?> values = Stream.iterate(0, i -> i + 2)
                .limit(fields.size() / 2)
                .collect(Collectors.toMap(fields::get, i -> fields.get(i + 1)));
        return "master".equals(values.get("flags"))
                && "2".equals(values.get("num-slaves"))
                && "2".equals(values.get("num-other-sentinels"));
    }

    /** {@return the name under which the sentinels watch the master} */
    public String masterName() {
        return MASTER;
    }

    /** {@return the sentinels, each as {@code host:port}; the port is the one with TLS where they speak it} */
    public List<String> sentinels() {
        return sentinels.stream().map(LocalRedis::peerAddress).toList();
    }

    /** {@return the sentinels as servers, to be hurt} */
    public List<RedisServer> sentinelServers() {
        return List.copyOf(sentinels);
    }

    /** {@return the server that the sentinels name as master now} */
    public RedisServer master() {
        List<?> address = sentinels.stream()
                .filter(LocalRedis::isAwake)
                .findFirst()
                .map(sentinel -> (List<?>) sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER))
                .orElseThrow();
        return servers.stream()
                .filter(server -> Integer.toString(server.peerPort()).equals(address.get(1)))
                .findFirst()
                .orElseThrow();
    }

    /** {@return all servers other than the master} */
    public List<RedisServer> replicas() {
        RedisServer master = master();
        return servers.stream()
                .filter(server -> server != master)
                .map(RedisServer.class::cast)
                .toList();
    }

    /**
     * Waits until all sentinels name another master and it takes writes.
     *
     * @param old the master that was killed, paused or cut off
     * @return the new one
     */
    public RedisServer awaitFailoverFrom(RedisServer old) {
        String oldPort = Integer.toString(((LocalRedis) old).peerPort());
        downAfter(SOON_MILLIS);
        Answers.await(
                "the failover from " + old,
                () -> sentinels.stream()
                        .filter(LocalRedis::isAwake)
                        .map(sentinel -> (List<?>) sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER))
                        .noneMatch(address -> oldPort.equals(address.get(1))),
                () -> {});
        RedisServer next = master();
        Answers.await("the new master " + next, () -> role(next).equals("master"), () -> {});
        downAfter(LATE_MILLIS);
        return next;
    }

    /**
     * Has the sentinels make another server the master, without an outage and without a loss.
     *
     * @return the new one
     */
    public RedisServer failOver() {
        RedisServer old = master();
        // the sentinels themselves do not wait for that
        awaitInStep();
        // refused while they have not heard of a good replica lately
        Answers.await(
                "the sentinel " + sentinels.get(0),
                () -> sentinels.get(0).call("SENTINEL", "FAILOVER", MASTER),
                () -> {});
        return awaitFailoverFrom(old);
    }

    private void downAfter(int millis) {
        sentinels.stream()
                .filter(LocalRedis::isAwake)
                .forEach(sentinel ->
                        sentinel.call("SENTINEL", "SET", MASTER, "down-after-milliseconds", Integer.toString(millis)));
    }

    /**
     * Waits until both replicas, or those that are awake, are the current master's and have all that it has sent until now: it may be
     * killed then, and nothing is lost.
     */
    public void awaitInStep() {
        LocalRedis master = (LocalRedis) master();
        long sent = master.replicated();
        for (LocalRedis replica : servers) {
            if (replica == master || !replica.isAwake()) {
                continue;
            }
            if (!replica.isReplicaOf(master)) {
                // what the sentinels tell one that came back, but not before ten seconds are over
                replica.call("REPLICAOF", master.host(), Integer.toString(master.peerPort()));
            }
            Answers.await(
                    "the replica " + replica,
                    () -> replica.isReplicaOf(master) && replica.isInStep() && replica.replicated() >= sent,
                    () -> {});
        }
    }

    static String role(RedisServer server) {
        return String.valueOf(((List<?>) Objects.requireNonNull(server.call("ROLE"))).get(0));
    }

    @Override
    public void close() {
        sentinels.forEach(LocalRedis::close);
        servers.forEach(LocalRedis::close);
    }
}
